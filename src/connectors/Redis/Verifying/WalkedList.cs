using Godwit.Core.Digests;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Verifying;

/// <summary>What is said of all keys of a store that has no ranges: it is walked through.</summary>
internal static class WalkedList
{
    /// <summary>The sum of the digests in a range.</summary>
    internal static async Task<RangeDigest> Sum(
        IDigest digest, ScopedStream stream, KeyRange range, CancellationToken cancellation)
    {
        using var list = await digest.List(stream, range, cancellation).ConfigureAwait(false);
        return list.Digests.Aggregate(default(RangeDigest), (sum, one) => sum.Add(one));
    }

    /// <summary>Every key in a range once, with its digest, though a walk may tell one twice.</summary>
    /// <param name="digest">Walks, and digests what it walked over.</param>
    /// <param name="stream">Whose keys.</param>
    /// <param name="range">Which of them.</param>
    /// <param name="columns">Columns of a key.</param>
    /// <param name="cancellation">Ends the walk.</param>
    internal static async Task<KeyDigests> Of(
        IDigest digest, ScopedStream stream, KeyRange range, int columns, CancellationToken cancellation)
    {
        var (all, digests, seen) = (new RecordBatch(columns), new List<ulong>(), new HashSet<Key>());
        await foreach (var keys in digest.Walk(stream, cancellation).ConfigureAwait(false))
        {
            using (keys)
            using (var some = await digest.ListKeys(stream, keys, cancellation).ConfigureAwait(false))
            {
                for (var i = 0; i < some.Keys.Count; i++)
                {
                    var key = Key.Of(some.Keys, i);
                    if (!IsIn(range, key) || !seen.Add(key))
                        continue;
                    key.AppendTo(all);
                    digests.Add(some.Digests[i]);
                }
            }
        }
        return new KeyDigests(all, digests);
    }

    private static bool IsIn(KeyRange range, Key key) =>
        (range.From is null || Key.Compare(range.From, key) <= 0)
        && (range.To is null || Key.Compare(key, range.To) < 0);
}
