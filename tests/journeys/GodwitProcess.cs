using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Godwit.Tests.Journeys;

/// <summary>The command line as users have it: a process of its own.</summary>
internal sealed class GodwitProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly StringBuilder _error = new();
    private bool _isDisposed;

    private GodwitProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_error)
                _error.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
        _output = process.StandardOutput.ReadToEndAsync();
    }

    public bool HasEnded => _isDisposed || _process.HasExited;

    /// <summary>What it said on standard error so far.</summary>
    public string Said
    {
        get
        {
            lock (_error)
                return _error.ToString();
        }
    }

    /// <summary>The program itself: it is copied beside the tests when they are built.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "godwit.dll");

    public static GodwitProcess Start(string folder, params string[] words) => Start(folder, [], words);

    /// <param name="world">Variables of its environment.</param>
    public static GodwitProcess Start(string folder, (string Name, string Value)[] world, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. words])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in world)
            start.Environment[name] = value;
        return new GodwitProcess(Process.Start(start)!);
    }

    /// <summary>Runs a command to its end, with <c>--json</c>.</summary>
    public static async Task<GodwitAnswer> Run(string folder, params string[] words)
    {
        await using var process = Start(folder, [.. words, "--json"]);
        return await process.End();
    }

    public async Task<GodwitAnswer> End()
    {
        using var deadline = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(deadline.Token);
        var output = await _output;
        JsonNode? json = null;
        try
        {
            json = JsonNode.Parse(output);
        }
        catch (System.Text.Json.JsonException)
        {
            // It was not asked for JSON, or was killed.
        }
        return new GodwitAnswer(_process.ExitCode, json, output, Said);
    }

    public void EndInput() => _process.StandardInput.Close();

    /// <summary>As <c>kill -9</c> does it.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        if (!_process.HasExited)
            await Kill();
        _process.Dispose();
    }
}
