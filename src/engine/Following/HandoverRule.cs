using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Engine.Following;

/// <summary>A change is skipped for a chunk exactly when the chunk's visibility includes the change's
/// transaction.</summary>
/// <remarks>
/// Needed for sources with after-images only: an image older than the chunk's record must not win over it. Where the
/// present record is read at apply time nothing can be older than a chunk, and every change may be applied.
/// </remarks>
internal sealed class HandoverRule
{
    private readonly Dictionary<int, List<(Key? From, Visibility Seen)>> _chunks;

    private HandoverRule(Dictionary<int, List<(Key? From, Visibility Seen)>> chunks) => _chunks = chunks;

    /// <param name="chunks">The plan, in key order.</param>
    /// <param name="done">The target's ledger.</param>
    internal static HandoverRule Of(IReadOnlyList<Chunk> chunks, IReadOnlyList<ChunkDone> done)
    {
        var seen = done.ToDictionary(one => (one.Stream, one.Index), one => one.Visibility);
        return new HandoverRule(chunks
            .GroupBy(one => one.Stream)
            .ToDictionary(
                one => one.Key,
                one => one.OrderBy(chunk => chunk.Index)
                    .Select(chunk => (chunk.Range.From, seen[(chunk.Stream, chunk.Index)]))
                    .ToList()));
    }

    /// <summary>The batch without what the copy has seen already; the caller still owns the original.</summary>
    internal ChangeBatch Filter(ChangeBatch batch)
    {
        var skipped = new HashSet<(int Stream, Key Key)>();
        var kept = batch.Touched.Select(one => Filter(one, skipped)).ToList();
        return skipped.Count == 0
            ? batch
            : new ChangeBatch(batch.Reached, kept, token => Filter(batch, skipped, token))
            {
                After = batch.After,
                Oldest = batch.Oldest,
                Emptied = batch.Emptied,
                ReadWhole = batch.ReadWhole,
            };
    }

    private TouchedKeys Filter(TouchedKeys touched, HashSet<(int Stream, Key Key)> skipped)
    {
        var transactions = touched.Transactions
            ?? throw new InvalidOperationException("A source with after-images must tell their transactions.");
        var keys = new RecordBatch(touched.Keys.ColumnCount);
        var (gone, left) = (new List<bool>(), new List<ulong>());
        for (var i = 0; i < touched.Keys.Count; i++)
        {
            var key = Key.Of(touched.Keys, i);
            if (VisibilityOf(touched.Stream.Number, key).Includes(transactions[i]))
            {
                skipped.Add((touched.Stream.Number, key));
                continue;
            }
            key.AppendTo(keys);
            gone.Add(touched.Gone[i]);
            left.Add(transactions[i]);
        }
        return touched with { Keys = keys, Gone = gone, Transactions = left, Expected = null };
    }

    private static async IAsyncEnumerable<StreamRecords> Filter(
        ChangeBatch batch,
        HashSet<(int Stream, Key Key)> skipped,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var part in batch.Current(cancellation))
        {
            var keyColumns = part.Stream.Schema.KeyColumns.ToArray();
            var kept = new RecordBatch(part.Records.ColumnCount) { Content = part.Records.Content };
            for (var i = 0; i < part.Records.Count; i++)
            {
                if (skipped.Contains((part.Stream.Number, Key.Of(part.Records, i, keyColumns))))
                    continue;
                for (var column = 0; column < part.Records.ColumnCount; column++)
                    kept.AppendFrom(part.Records, i, column);
                kept.EndRecord();
            }
            part.Records.Dispose();
            yield return new StreamRecords(part.Stream, kept);
        }
    }

    /// <summary>Binary search for the last chunk whose lower bound is not above the key.</summary>
    private Visibility VisibilityOf(int stream, Key key)
    {
        var chunks = _chunks[stream];
        var (low, high) = (0, chunks.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (chunks[middle].From is { } from && Key.Compare(from, key) > 0)
                high = middle - 1;
            else
                low = middle;
        }
        return chunks[low].Seen;
    }
}
