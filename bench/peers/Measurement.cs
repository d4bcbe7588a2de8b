namespace Godwit.Bench.Peers;

/// <summary>One run of one step.</summary>
/// <param name="Time">Wall clock, from the start of the process to its end.</param>
/// <param name="Cpu">User and system time of all its processes.</param>
/// <param name="PeakBytes">Most resident memory, all its processes together.</param>
/// <param name="Sync">How long the file system then took to write what the step had left in memory.</param>
/// <param name="Failure">Null when it ended well.</param>
internal sealed record Measurement(TimeSpan Time, TimeSpan Cpu, long PeakBytes, TimeSpan Sync, string? Failure)
{
    /// <summary>The step before and this one, as one.</summary>
    internal Measurement After(Measurement before) => this with
    {
        Time = before.Time + Time,
        Cpu = before.Cpu + Cpu,
        PeakBytes = Math.Max(before.PeakBytes, PeakBytes),
    };
}
