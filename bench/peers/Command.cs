using System.ComponentModel;
using System.Diagnostics;

namespace Godwit.Bench.Peers;

/// <summary>A program and its arguments, as a user would type them.</summary>
internal sealed record Command(string Program, params string[] Arguments)
{
    internal static Command Shell(string line) => new("/bin/sh", "-c", line);

    /// <summary>What the program says; empty when there is no such program.</summary>
    internal string Ask()
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(Program, Arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? text.Trim()
                : throw new InvalidOperationException($"{Program} ended with exit code {process.ExitCode}: {text.Trim()}");
        }
        catch (Win32Exception)
        {
            return "";
        }
    }
}
