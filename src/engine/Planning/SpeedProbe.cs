using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Engine.Planning;

/// <summary>Measures how fast a source is read, by the beginning of a chunk of middle size of its largest
/// stream.</summary>
/// <remarks>A run waits for it, so it looks at little: at a batch to get going, and at a few more to measure.</remarks>
internal sealed class SpeedProbe(TimeProvider clock)
{
    /// <summary>Writing a chunk and its indexes costs about this many times its reading.</summary>
    private const double WriteFactor = 3;

    /// <summary>What is read to measure, by <see cref="Weight(long, long)"/>: a few megabytes.</summary>
    private const double Enough = 50_000;

    /// <summary>How many records are digested: about what is touched while a fence closes.</summary>
    private const int Digested = 200;

    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(200);

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

    /// <summary>Time to read one unit of <see cref="Weight(long, long)"/>, and time to digest a few records.</summary>
    private async Task<(TimeSpan Read, TimeSpan Digest)> Probe(
        MovePlan plan, IStore from, CancellationToken cancellation)
    {
        // Not the first one: it may hold a single record, and then tells how long it takes to begin.
        var largest = plan.Chunks.GroupBy(one => one.Stream).MaxBy(all => all.Sum(Weight));
        if (largest is null)
            return (TimeSpan.Zero, TimeSpan.Zero);
        var chunk = largest.OrderBy(Weight).ElementAt(largest.Count() / 2);
        var stream = plan.Streams[chunk.Stream];
        var keys = new List<Key>();
        var reading = await Read(from, stream, chunk.Range, keys, cancellation);
        using var some = KeyBatch(stream, keys);
        var start = clock.GetTimestamp();
        (await from.Digest.ListKeys(stream, some, cancellation)).Dispose();
        return (reading, clock.GetElapsedTime(start));
    }

    /// <summary>Reads until enough was seen; the first batch, which waits for the store to get going, counts only when
    /// it is the only one.</summary>
    /// <param name="keys">Gets the keys of the first records.</param>
    /// <returns>Time for one unit of <see cref="Weight(long, long)"/>.</returns>
    private async Task<TimeSpan> Read(
        IStore from, ScopedStream stream, KeyRange range, List<Key> keys, CancellationToken cancellation)
    {
        var (start, weight, isWarm) = (clock.GetTimestamp(), 0.0, false);
        var first = TimeSpan.Zero;
        await using var read = await from.Snapshot.Read(stream, range, cancellation);
        await foreach (var batch in read.Batches(cancellation))
        {
            using (batch)
            {
                for (var i = 0; i < batch.Count && keys.Count < Digested; i++)
                    keys.Add(Key.Of(batch, i, [.. stream.Schema.KeyColumns]));
                weight += Weight(batch.Count, batch.Size);
            }
            if (!isWarm)
            {
                first = clock.GetElapsedTime(start) / Math.Max(1, weight);
                (start, weight, isWarm) = (clock.GetTimestamp(), 0, true);
            }
            else if (weight >= Enough || clock.GetElapsedTime(start) >= LongEnough)
            {
                break;
            }
        }
        return weight > 0 ? clock.GetElapsedTime(start) / weight : first;
    }

    private static RecordBatch KeyBatch(ScopedStream stream, List<Key> keys)
    {
        var batch = new RecordBatch(stream.Schema.KeyColumns.Count);
        foreach (var key in keys)
            key.AppendTo(batch);
        return batch;
    }

    private static double Weight(Chunk chunk) => Math.Max(1, Weight(chunk.Records, chunk.Bytes));

    /// <summary>Records and bytes in one number: a record costs about as much as 100 bytes.</summary>
    private static double Weight(long records, long bytes) => records + (bytes / 100.0);
}
