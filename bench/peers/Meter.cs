using System.Diagnostics;

namespace Godwit.Bench.Peers;

/// <summary>Runs a command in fresh processes and measures it.</summary>
internal static class Meter
{
    /// <param name="command">What is measured.</param>
    /// <param name="folder">On the file system whose unwritten bytes are written back before and after.</param>
    internal static Measurement Run(Command command, string folder)
    {
        // What the contender before has left to be written must not be charged to this one.
        Sync(folder);
        var cpu = ProcessorTime.OfChildren();
        var start = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(command.Program, command.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var words = new LastWords(process);
        using var memory = new MemoryWatch(process.Id);
        process.WaitForExit();
        var time = Stopwatch.GetElapsedTime(start);
        var spent = ProcessorTime.OfChildren() - cpu;
        var failure = process.ExitCode == 0 ? null : $"exit code {process.ExitCode}: {words}";
        return new Measurement(time, spent, memory.Peak, Sync(folder), failure);
    }

    private static TimeSpan Sync(string folder)
    {
        var start = Stopwatch.GetTimestamp();
        new Command("sync", "-f", folder).Ask();
        return Stopwatch.GetElapsedTime(start);
    }
}
