using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Changes;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis;

/// <summary>Reads what a server holds: from the snapshot that it sends a replica, in one piece.</summary>
internal sealed class RedisSnapshot(RedisSession session, RedisFollowing following, RedisChanges changes)
    : ISnapshotSource
{
    /// <summary>One chunk: a snapshot has no parts that could be asked for alone.</summary>
    public async IAsyncEnumerable<Chunk> Split(
        ScopedStream stream, ChunkSize size,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        yield return new Chunk(
            stream.Number, 0, KeyRange.All, stream.Schema.EstimatedRecords, stream.Schema.EstimatedBytes);
    }

    public async ValueTask<IChunkRead> Read(
        ScopedStream stream, KeyRange range, CancellationToken cancellation)
    {
        // Who only looks has no snapshot, and takes some keys as they are.
        if (!following.IsOpen || session.Role == StoreRole.Target)
            return new ScannedRead(session, new ScopeSweep(session));
        await following.EnsureWhole(cancellation).ConfigureAwait(false);
        return await following.Snapshot(cancellation).ConfigureAwait(false);
    }

    /// <summary>The keys are told with the next changes: written at once they would undo what is under way.</summary>
    public async ValueTask<ChangeBatch> ReadKeys(
        ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var position = await following.Mark(cancellation).ConfigureAwait(false);
        changes.Ask(Enumerable.Range(0, keys.Count)
            .Select(at => (session.Scope.DatabaseAt(keys, at), session.Scope.NameAt(keys, at).ToArray())));
        return ChangeBatch.Empty(position);
    }
}
