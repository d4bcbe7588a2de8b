using Godwit.Cli.MigrationFiles;
using Godwit.Engine.Journal;
using Godwit.Engine.Running;

namespace Godwit.Cli.Output;

/// <summary>A picture of a run in words.</summary>
internal static class ProgressText
{
    /// <summary>All streams of all moves as one.</summary>
    public static StreamProgress Whole(MigrationProgress progress)
    {
        var streams = progress.Moves.SelectMany(one => one.Streams).ToArray();
        return new StreamProgress(
            "all", "", streams.Sum(one => one.Chunks), streams.Sum(one => one.ChunksDone),
            streams.Sum(one => one.Records), streams.Sum(one => one.RecordsDone),
            streams.Sum(one => one.Bytes), streams.Sum(one => one.BytesDone));
    }

    /// <summary>How much of it is done, from 0 to 1. Estimates may be too small; chunks never lie.</summary>
    public static double Share(StreamProgress stream) =>
        stream.Chunks == 0 || stream.ChunksDone >= stream.Chunks ? 1
        : stream.Records == 0 ? (double)stream.ChunksDone / stream.Chunks
        : Math.Min(0.99, (double)stream.RecordsDone / stream.Records);

    /// <summary>One line on where the migration stands.</summary>
    public static string Line(MigrationProgress progress, RateMeter meter)
    {
        var phase = PhaseName.Of(progress.Phase) + (progress.Paused ? " (paused)" : "");
        var line = progress.Phase switch
        {
            MigrationPhase.Copying => $"{phase}: {Copy(Whole(progress), meter)}",
            MigrationPhase.CatchingUp or MigrationPhase.Following or MigrationPhase.CuttingOver
                or MigrationPhase.Guarding or MigrationPhase.RollingBack => $"{phase}: {Follow(progress)}",
            _ => phase,
        };
        return progress.Problem is null ? line : $"{line}; held up by {progress.Problem.Code}: {progress.Problem.What}";
    }

    public static string Copy(StreamProgress stream, RateMeter meter)
    {
        var rate = meter.BytesPerSecond > 0 ? $", {Quantity.ShowBytes(meter.BytesPerSecond)}/s"
            : meter.RecordsPerSecond > 0 ? $", {meter.RecordsPerSecond:0} records/s" : "";
        var left = meter.Left(stream) is { } time && Share(stream) < 1 ? $", {Quantity.Show(time)} left" : "";
        return $"{Share(stream):0 %} of {Math.Max(stream.Records, stream.RecordsDone):N0} records{rate}{left}";
    }

    public static string Follow(MigrationProgress progress)
    {
        var lag = progress.Moves.Count == 0 || progress.Moves.Any(one => one.Lag is null)
            ? "lag not known yet"
            : $"lag {Quantity.Show(progress.Moves.Max(one => one.Lag!.Value))}";
        var verification = progress.Verification;
        var pass = verification.RangesDone < verification.Ranges
            ? $", pass {verification.Passes + 1} at {verification.RangesDone} of {verification.Ranges}" : "";
        var waiting = verification.Waiting > 0 ? $", {verification.Waiting:N0} waiting" : "";
        var repaired = verification.Repaired > 0 ? $", {verification.Repaired:N0} repaired" : "";
        return $"{lag}, {progress.Moves.Sum(one => one.ChangesApplied):N0} changes applied, "
            + $"{verification.Verdict.ToString().ToLowerInvariant()}{pass}{waiting}{repaired}";
    }
}
