using System.Diagnostics;

namespace Godwit.Bench.Micro;

/// <summary>Says how long each leg of the way took, what it allocated, and how much processor it had.</summary>
internal sealed class Legs(TextWriter output)
{
    internal async Task<T> Take<T>(string name, Func<Task<T>> leg)
    {
        using var process = Process.GetCurrentProcess();
        var (start, cpu, allocated) =
            (Stopwatch.GetTimestamp(), process.TotalProcessorTime, GC.GetTotalAllocatedBytes());
        var result = await leg();
        process.Refresh();
        await output.WriteLineAsync(
            $"{name,-16} {Stopwatch.GetElapsedTime(start).TotalSeconds,7:0.00} s"
            + $" {(process.TotalProcessorTime - cpu).TotalSeconds,7:0.00} s processor"
            + $" {(GC.GetTotalAllocatedBytes() - allocated) >> 20,7} MB allocated"
            + $" {process.PeakWorkingSet64 >> 20,5} MB peak");
        return result;
    }

    internal Task Take(string name, Func<Task> leg) => Take(
        name,
        async () =>
        {
            await leg();
            return true;
        });
}
