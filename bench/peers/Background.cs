using System.Diagnostics;

namespace Godwit.Bench.Peers;

/// <summary>A program that runs beside what is measured, until it is disposed of; then it is killed.</summary>
internal sealed class Background : IDisposable
{
    private readonly Process _process;
    private readonly LastWords _words;

    internal Background(Command command)
    {
        _process = Process.Start(new ProcessStartInfo(command.Program, command.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _words = new LastWords(_process);
    }

    internal int Id => _process.Id;

    internal bool HasEnded => _process.HasExited;

    /// <summary>Waits until it ends by itself.</summary>
    /// <returns>The last lines that it said.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    internal string Finish()
    {
        _process.WaitForExit();
        return _process.ExitCode == 0
            ? _words.ToString()
            : throw new InvalidOperationException($"A program ended with {_process.ExitCode}: {_words}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
