using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Rows;

/// <summary>What a store is not that moves go one way from or to. The planner knows it from the store's
/// abilities.</summary>
internal sealed class Nothing(string address) : ISnapshotSource, IChangeSource, ITarget, IFence
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

    public Task Prepare(IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation) =>
        throw No();

    public Task<IReadOnlyList<ChunkDone>> Done(CancellationToken cancellation) => throw No();

    public Task<ChunkDone> WriteChunk(
        ScopedStream stream, Chunk chunk, IChunkRead read, CancellationToken cancellation) => throw No();

    public Task FinishCopy(
        IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation) => throw No();

    public ValueTask<Position?> Reached(CancellationToken cancellation) => throw No();

    public Task StartAt(Position position, CancellationToken cancellation) => throw No();

    public Task<ApplyOutcome> Apply(ChangeBatch batch, ApplyReason reason, CancellationToken cancellation) =>
        throw No();

    public Task SetCounters(IReadOnlyList<Counter> counters, CancellationToken cancellation) => throw No();

    public Task RemoveData(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) => throw No();

    /// <summary>Nothing was installed.</summary>
    public Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) => Task.CompletedTask;

    public Task Lower(CancellationToken cancellation) => Task.CompletedTask;

    public Task Remove(CancellationToken cancellation) => Task.CompletedTask;

    private NotSupportedException No() => new($"{address} is moved one way only.");
}
