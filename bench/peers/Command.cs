using System.ComponentModel;
using System.Diagnostics;

namespace Godwit.Bench.Peers;

/// <summary>A program and its arguments, as a user would type them.</summary>
internal sealed record Command(string Program, params string[] Arguments)
{
    internal static Command Shell(string line) => new("/bin/sh", "-c", line);

    /// <summary>What the program says; empty when there is no such program.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    internal string Ask()
    {
        try
        {
            var (code, text) = Run();
            return code == 0
                ? text
                : throw new InvalidOperationException($"{Program} ended with exit code {code}: {text}");
        }
        catch (Win32Exception)
        {
            return "";
        }
    }

    /// <summary>Its exit code and what it says.</summary>
    internal (int Code, string Text) Run()
    {
        using var process = Process.Start(
            new ProcessStartInfo(Program, Arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text.Trim());
    }
}
