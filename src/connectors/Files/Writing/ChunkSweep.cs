using System.Runtime.CompilerServices;
using Godwit.Connectors.Files.Walking;
using Godwit.Core.Records;

namespace Godwit.Connectors.Files.Writing;

/// <summary>Removes what a chunk that was cut off has left in its range and the source does not have any
/// more.</summary>
internal sealed class ChunkSweep(TreeRoot root, KeyRange range)
{
    /// <summary>So many at once are left to the comparison of the whole trees, which asks before it deletes.</summary>
    private const int Most = 100;

    private readonly List<byte[]> _seen = [];

    /// <summary>Passes the batches on and remembers their paths; they come in key order.</summary>
    internal async IAsyncEnumerable<RecordBatch> Note(
        IAsyncEnumerable<RecordBatch> batches, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in batches.WithCancellation(cancellation).ConfigureAwait(false))
        {
            for (var i = 0; i < batch.Count; i++)
                _seen.Add(batch.BytesAt(i, FilesSchema.Path).ToArray());
            yield return batch;
        }
    }

    internal void RemoveOthers()
    {
        var others = new List<byte[]>();
        using (var walk = new TreeWalk(root, null, FilesSchema.PathOf(range.From), FilesSchema.PathOf(range.To)))
        {
            var next = 0;
            while (walk.Next() && others.Count <= Most)
            {
                while (next < _seen.Count && PathOrder.Compare(_seen[next], walk.Path) < 0)
                    next++;
                if (walk.Path.IsEmpty || (next < _seen.Count && _seen[next].AsSpan().SequenceEqual(walk.Path)))
                    continue;
                others.Add(walk.Path.ToArray());
                walk.SkipChildren();
            }
        }
        if (others.Count > Most)
            return;
        foreach (var path in others)
            Removal.Remove(root, path);
    }
}
