using Godwit.Core.Digests;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Engine.Following;

namespace Godwit.Engine.Verifying;

/// <summary>Compares a stream whose keys have no order: walks through one side and looks every key up at the other,
/// then looks for keys that only the other side has.</summary>
internal sealed class WalkVerifier(Follower follower, RecordVerifier records)
{
    /// <summary>How many suspects are judged together.</summary>
    private const int GroupSize = 2_000;

    /// <summary>Past this many proved differences looking further tells nothing new.</summary>
    private const int MostDifferent = 10_000;

    private readonly HashSet<Key> _suspects = [];
    private readonly List<Key> _different = [];
    private readonly List<Key> _undecided = [];

    internal async Task<RangeResult> Verify(ScopedStream stream, CancellationToken cancellation)
    {
        var (lane, direction) = (follower.Lane, follower.Direction);
        var (origin, destination) = (lane.Origin(direction).Digest, lane.Destination(direction).Digest);
        var total = default(RangeDigest);
        await foreach (var keys in Ahead(origin.Walk(stream, cancellation)))
        {
            using (keys)
            {
                var (here, there) = (
                    origin.Compared(stream, keys, cancellation), destination.Compared(stream, keys, cancellation));
                await Recovering.WorkGroup.All([here, there]);
                var table = new DigestTable(await here);
                total += table.Total;
                await Suspect(stream, table.DifferencesTo(new DigestTable(await there)), cancellation);
            }
        }
        await foreach (var keys in Ahead(destination.Walk(stream, cancellation)))
        {
            using (keys)
            using (var missing = await origin.Missing(stream, keys, cancellation))
                await Suspect(
                    stream, [.. Enumerable.Range(0, missing.Count).Select(at => Key.Of(missing, at))], cancellation);
        }
        await JudgeSuspects(stream, cancellation);
        return Result(total);
    }

    /// <summary>Asks for the next keys while these are compared.</summary>
    private static async IAsyncEnumerable<RecordBatch> Ahead(IAsyncEnumerable<RecordBatch> walk)
    {
        await using var steps = walk.GetAsyncEnumerator();
        var (next, isTaken) = (steps.MoveNextAsync().AsTask(), false);
        try
        {
            while (true)
            {
                isTaken = true;
                if (!await next)
                    yield break;
                var keys = steps.Current;
                (next, isTaken) = (steps.MoveNextAsync().AsTask(), false);
                yield return keys;
            }
        }
        finally
        {
            if (!isTaken)
                await GiveBack(next, steps);
        }
    }

    /// <summary>Who stops early has asked for one more; what becomes of it does not matter any more.</summary>
    private static async Task GiveBack(Task<bool> asked, IAsyncEnumerator<RecordBatch> steps)
    {
        try
        {
            if (await asked)
                steps.Current.Dispose();
        }
        catch (Exception over) when (over is OperationCanceledException or GodwitException)
        {
            // Whoever stopped has a reason of his own.
        }
    }

    /// <summary>Where all was equal in the end it was so at a later moment than that of the digests: the origin's are
    /// shown for both, so that what is equal reads equal.</summary>
    private RangeResult Result(RangeDigest total) =>
        _different.Count + _undecided.Count == 0
            ? new RangeResult(total, total, [], [])
            : new RangeResult(
                total,
                _different.Concat(_undecided).Aggregate(total, (sum, key) => sum.Add(XxHash64.Hash(key.Bytes))),
                _different, _undecided);

    private async Task Suspect(ScopedStream stream, IReadOnlyList<Key> keys, CancellationToken cancellation)
    {
        _suspects.UnionWith(keys);
        if (_suspects.Count >= GroupSize)
            await JudgeSuspects(stream, cancellation);
    }

    private async Task JudgeSuspects(ScopedStream stream, CancellationToken cancellation)
    {
        foreach (var group in _suspects.Chunk(GroupSize))
        {
            if (_different.Count >= MostDifferent)
            {
                _undecided.AddRange(group);
                continue;
            }
            var judgement = await records.Judge(stream, group, cancellation);
            _different.AddRange(judgement.Different);
            _undecided.AddRange(judgement.Undecided);
        }
        _suspects.Clear();
    }
}
