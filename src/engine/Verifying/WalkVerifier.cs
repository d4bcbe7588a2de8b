using System.Runtime.CompilerServices;
using Godwit.Core.Digests;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
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

    /// <param name="range">What of the origin's keys, where they have an order; keys that only the destination has are
    /// looked for with the last range.</param>
    internal async Task<RangeResult> Verify(ScopedStream stream, KeyRange range, CancellationToken cancellation)
    {
        var total = Origin.Abilities.HasRanges
            ? await ListOrigin(stream, range, cancellation)
            : await WalkOrigin(stream, cancellation);
        if (range.To is null)
            await LookForExtras(stream, cancellation);
        await JudgeSuspects(stream, cancellation);
        return Result(total);
    }

    private IStore Origin => follower.Lane.Origin(follower.Direction);

    private IDigest Destination => follower.Lane.Destination(follower.Direction).Digest;

    private async Task<RangeDigest> WalkOrigin(ScopedStream stream, CancellationToken cancellation)
    {
        var total = default(RangeDigest);
        await foreach (var keys in Ahead(Origin.Digest.Walk(stream, cancellation)))
        {
            using (keys)
            {
                var (here, there) = (
                    Origin.Digest.Compared(stream, keys, cancellation),
                    Destination.Compared(stream, keys, cancellation));
                await Recovering.WorkGroup.All([here, there]);
                var table = new DigestTable(await here);
                total += table.Total;
                await Suspect(stream, table.DifferencesTo(new DigestTable(await there)), cancellation);
            }
        }
        return total;
    }

    private async Task<RangeDigest> ListOrigin(
        ScopedStream stream, KeyRange range, CancellationToken cancellation)
    {
        var table = new DigestTable(await Origin.Digest.List(stream, range, cancellation));
        foreach (var group in table.Keys.Chunk(GroupSize))
        {
            using var keys = KeyList.ToBatch(stream, group);
            var there = new DigestTable(await Destination.Compared(stream, keys, cancellation));
            await Suspect(stream, [.. group.Where(key => table[key] != there[key])], cancellation);
        }
        return table.Total;
    }

    private async Task LookForExtras(ScopedStream stream, CancellationToken cancellation)
    {
        await foreach (var keys in Ahead(WalkDestination(stream, cancellation)))
        {
            using (keys)
                await Suspect(stream, await MissingAtOrigin(stream, keys, cancellation), cancellation);
        }
    }

    /// <summary>A destination with ranges is walked through range by range.</summary>
    private async IAsyncEnumerable<RecordBatch> WalkDestination(
        ScopedStream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var store = follower.Lane.Destination(follower.Direction);
        if (!store.Abilities.HasRanges)
        {
            await foreach (var keys in store.Digest.Walk(stream, cancellation))
                yield return keys;
            yield break;
        }
        await foreach (var chunk in store.Snapshot.Split(stream, store.Abilities.ChunkSize, cancellation))
            yield return (await store.Digest.List(stream, chunk.Range, cancellation)).Keys;
    }

    private async Task<IReadOnlyList<Key>> MissingAtOrigin(
        ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var all = Enumerable.Range(0, keys.Count).Select(at => Key.Of(keys, at));
        if (Origin.Abilities.HasRanges)
        {
            var here = new DigestTable(await Origin.Digest.ListKeys(stream, keys, cancellation));
            return [.. all.Where(key => here[key] == default)];
        }
        using var missing = await Origin.Digest.Missing(stream, keys, cancellation);
        return [.. Enumerable.Range(0, missing.Count).Select(at => Key.Of(missing, at))];
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
