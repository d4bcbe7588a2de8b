namespace Godwit.Bench.Peers;

/// <summary>One step of one contender over all rounds.</summary>
/// <param name="Wrong">Records at the target that differ from the source; null when nobody could look.</param>
internal sealed record ResultRow(string Contender, string Step, IReadOnlyList<Measurement> Rounds, long? Wrong)
{
    internal string? Failure => Rounds.Select(one => one.Failure).FirstOrDefault(one => one is not null);

    internal double Seconds => Median(one => one.Time.TotalSeconds);

    internal double Fastest => Rounds.Min(one => one.Time.TotalSeconds);

    internal double Slowest => Rounds.Max(one => one.Time.TotalSeconds);

    internal double CpuSeconds => Median(one => one.Cpu.TotalSeconds);

    internal double SyncSeconds => Median(one => one.Sync.TotalSeconds);

    internal long PeakBytes => Rounds.Max(one => one.PeakBytes);

    private double Median(Func<Measurement, double> value)
    {
        var sorted = Rounds.Select(value).Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
