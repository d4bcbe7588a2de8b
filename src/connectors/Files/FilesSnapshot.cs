using System.Runtime.CompilerServices;
using Godwit.Connectors.Files.Reading;
using Godwit.Connectors.Files.Walking;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Files;

/// <summary>Splits a tree into ranges of paths and reads them.</summary>
internal sealed class FilesSnapshot(FilesSession session) : ISnapshotSource
{
    /// <summary>After so many chunks they become twice as large: a stream has a few hundred, however large it
    /// is.</summary>
    private const int ChunksOfOneSize = 64;

    public async IAsyncEnumerable<Chunk> Split(
        ScopedStream stream, ChunkSize size, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var root = session.Root();
        using var walk = new TreeWalk(root, session.Listings);
        var found = new LinkGroups();
        Key? from = null;
        for (var index = 0; ; index++)
        {
            var doublings = index / ChunksOfOneSize;
            var limit = new ChunkSize(size.Records << doublings, size.Bytes << doublings);
            var (records, bytes, next) = await Task.Run(() => Measure(walk, limit, found), cancellation)
                .ConfigureAwait(false);
            if (next is null)
                session.Links.Replace(found);
            yield return new Chunk(stream.Number, index, new KeyRange(from, next), records, bytes);
            if (next is null)
                yield break;
            from = next;
        }
    }

    public ValueTask<IChunkRead> Read(ScopedStream stream, KeyRange range, CancellationToken cancellation)
    {
        var root = session.Root();
        var visibility = Visibility.UpTo(FilesSession.Now());
        var walk = new TreeWalk(root, session.Listings, FilesSchema.PathOf(range.From), FilesSchema.PathOf(range.To));
        var contents = new TreeContents(root, session.Retouch);
        return ValueTask.FromResult<IChunkRead>(new FilesChunkRead(walk, session.Links, contents, visibility));
    }

    public ValueTask<ChangeBatch> ReadKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var paths = new List<byte[]>(keys.Count);
        for (var i = 0; i < keys.Count; i++)
            paths.Add(keys.BytesAt(i, 0).ToArray());
        return new ValueTask<ChangeBatch>(Task.Run(
            () => TouchedPaths.Look(session, stream, paths, FilesSession.Now(), cancellation), cancellation));
    }

    /// <summary>Walks on until a chunk is full; the entry that did not fit begins the next one.</summary>
    private static (long Records, long Bytes, Key? Next) Measure(
        TreeWalk walk, ChunkSize limit, LinkGroups links)
    {
        // The first entry of every chunk but the first was met when the chunk before it ended.
        var (records, bytes) = walk.HasStarted ? (1L, FilesSchema.SizeOf(walk.Status)) : (0, 0);
        while (walk.Next())
        {
            var size = FilesSchema.SizeOf(walk.Status);
            links.Collect(walk.Path, walk.Status);
            if (records > 0 && (records >= limit.Records || bytes + size > limit.Bytes))
                return (records, bytes, FilesSchema.KeyOf(walk.Path));
            (records, bytes) = (records + 1, bytes + size);
        }
        return (records, bytes, null);
    }
}
