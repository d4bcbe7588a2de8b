using System.Diagnostics;

namespace Godwit.Tests.Servers;

/// <summary>A program that belongs to a server: it runs to its end, and fails the test when it fails.</summary>
internal sealed record Command(string Program, params string[] Words)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public IReadOnlyDictionary<string, string> World { get; init; } = new Dictionary<string, string>();

    /// <summary>Given to its standard input.</summary>
    public string Input { get; init; } = "";

    public ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(Program, Words)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var (name, value) in World)
            start.Environment[name] = value;
        return start;
    }

    /// <summary>Runs it and returns what it said on standard output.</summary>
    public async Task<string> Run()
    {
        var (code, output, error) = await TryRun();
        return code == 0
            ? output
            : throw new InvalidOperationException($"'{this}' ended with {code}: {error.Trim()} {output.Trim()}");
    }

    /// <summary>Runs it, whatever comes of it.</summary>
    public async Task<(int Code, string Output, string Error)> TryRun()
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var process = Process.Start(StartInfo())!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            await Feed(process);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException late)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{this}' did not end within {Patience.TotalSeconds} s.", late);
        }
    }

    public override string ToString() => string.Join(' ', [Program, .. Words]);

    private async Task Feed(Process process)
    {
        try
        {
            await process.StandardInput.WriteAsync(Input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read everything: its exit code says why.
        }
    }
}
