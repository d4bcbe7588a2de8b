using Godwit.Core.Stores;

namespace Godwit.Engine.Planning;

/// <summary>Measures how fast a source is read, by a chunk of middle size of its largest stream.</summary>
internal sealed class SpeedProbe(TimeProvider clock)
{
    /// <summary>Writing a chunk and its indexes costs about this many times its reading.</summary>
    private const double WriteFactor = 3;

    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(50);

    internal async Task<PlanEstimate> Estimate(
        MigrationPlan plan, IReadOnlyList<MovePorts> moves, CancellationToken cancellation)
    {
        var (copy, pause) = (TimeSpan.Zero, Least);
        for (var i = 0; i < moves.Count; i++)
        {
            var (read, digest) = await Probe(plan.Moves[i], moves[i].From, cancellation);
            var time = read * plan.Moves[i].Chunks.Sum(Weight) * WriteFactor;
            copy = time > copy ? time : copy;

            // Under the fence: one last batch, and a digest of what was touched since, on both sides.
            pause += (digest * 2) + Least;
        }
        var chunks = plan.Moves.SelectMany(one => one.Chunks).ToList();
        return new PlanEstimate(
            chunks.Sum(one => one.Records), chunks.Sum(one => one.Bytes), chunks.Count, copy, copy / 10, pause);
    }

    /// <summary>Time to read one unit of <see cref="Weight"/>, and time to digest a thousand records.</summary>
    private async Task<(TimeSpan Read, TimeSpan Digest)> Probe(
        MovePlan plan, IStore from, CancellationToken cancellation)
    {
        // Not the first one: it may hold a single record, and then tells how long it takes to begin.
        var largest = plan.Chunks.GroupBy(one => one.Stream).MaxBy(all => all.Sum(Weight));
        if (largest is null)
            return (TimeSpan.Zero, TimeSpan.Zero);
        var chunk = largest.OrderBy(Weight).ElementAt(largest.Count() / 2);
        var stream = plan.Streams[chunk.Stream];
        var start = clock.GetTimestamp();
        await using (var read = await from.Snapshot.Read(stream, chunk.Range, cancellation))
        {
            await foreach (var batch in read.Batches(cancellation))
                batch.Dispose();
        }
        var reading = clock.GetElapsedTime(start);
        start = clock.GetTimestamp();
        var digest = await from.Digest.Digest(stream, chunk.Range, cancellation);
        var digesting = clock.GetElapsedTime(start);
        return (reading / Weight(chunk), digesting * (1000.0 / Math.Max(1000, digest.Count)));
    }

    /// <summary>Records and bytes in one number: a record costs about as much as 100 bytes.</summary>
    private static double Weight(Chunk chunk) => Math.Max(1, chunk.Records + (chunk.Bytes / 100.0));
}
