using Godwit.Connectors.Redis.Replication;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis;

/// <summary>A snapshot while it is read; it may still be arriving.</summary>
internal sealed class RedisChunkRead(RedisSession session, Position taken, string path, SnapshotFile? arriving)
    : IChunkRead
{
    public Visibility Visibility { get; } = Visibility.UpTo(taken);

    /// <summary>Which snapshot it is: the position at which it was taken.</summary>
    internal Position Taken => taken;

    /// <summary>The scope of the side that is read.</summary>
    internal RedisScope Scope => session.Scope;

    internal string Shown => session.Shown;

    /// <summary>The bytes from a place on; the caller disposes them.</summary>
    internal Stream Open(long start = 0) => new SnapshotStream(path, arriving, start);

    public IAsyncEnumerable<RecordBatch> Batches(CancellationToken cancellation) =>
        new SnapshotRecords(this).Read(cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
