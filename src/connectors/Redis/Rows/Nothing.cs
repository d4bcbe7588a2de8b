using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Rows;

/// <summary>What hashes that stand for rows are not: a source. The planner knows it from the store's
/// abilities.</summary>
internal sealed class Nothing(string address) : ISnapshotSource, IChangeSource, IFence
{
    public IAsyncEnumerable<Chunk> Split(ScopedStream stream, ChunkSize size, CancellationToken cancellation) =>
        throw No();

    public ValueTask<IChunkRead> Read(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        throw No();

    public ValueTask<ChangeBatch> ReadKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) =>
        throw No();

    public ValueTask<Position> Mark(CancellationToken cancellation) => throw No();

    public ValueTask<ChangeBatch?> Next(Position after, TimeSpan patience, CancellationToken cancellation) =>
        throw No();

    public ValueTask Acknowledge(Position durable, CancellationToken cancellation) => throw No();

    public Task Raise(CancellationToken cancellation) => throw No();

    public Task<ChangeBatch?> LateWrites(CancellationToken cancellation) => throw No();

    /// <summary>Nothing was installed.</summary>
    public Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) => Task.CompletedTask;

    public Task Lower(CancellationToken cancellation) => Task.CompletedTask;

    public Task Remove(CancellationToken cancellation) => Task.CompletedTask;

    private NotSupportedException No() => new($"{address} holds rows of a table and is a target only.");
}
