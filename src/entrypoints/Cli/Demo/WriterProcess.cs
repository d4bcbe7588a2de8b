using System.Diagnostics;
using Godwit.Cli.Demo.Shop;
using Godwit.Cli.Demo.Traffic;

namespace Godwit.Cli.Demo;

/// <summary>Writers in a process of their own. They end when their input ends, so they never outlive us.</summary>
internal sealed class WriterProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _said;

    private WriterProcess(Process process) => (_process, _said) = (process, process.StandardError.ReadToEndAsync());

    public static WriterProcess Start(WritersRole role, ShopFolder folder, int seed, ShopSize size)
    {
        var start = new ProcessStartInfo
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        // Started by 'dotnet godwit.dll' we are dotnet ourselves.
        start.FileName = Environment.ProcessPath!;
        if (Path.GetFileNameWithoutExtension(start.FileName) != "godwit")
            start.ArgumentList.Add(typeof(WriterProcess).Assembly.Location);
        foreach (var word in DemoWriterCommand.Words(role, folder, seed, size))
            start.ArgumentList.Add(word);
        return new WriterProcess(Process.Start(start)!);
    }

    /// <exception cref="Core.Problems.GodwitException">It ended by itself.</exception>
    public async Task ThrowIfEnded()
    {
        if (_process.HasExited)
            throw DemoProblems.WritersEnded((await _said).Trim());
    }

    /// <summary>Lets it finish and note what it has begun.</summary>
    public async Task Stop(CancellationToken cancellation)
    {
        await ThrowIfEnded();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(cancellation);
        if (_process.ExitCode != 0)
            throw DemoProblems.WritersEnded((await _said).Trim());
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process.Dispose();
    }
}
