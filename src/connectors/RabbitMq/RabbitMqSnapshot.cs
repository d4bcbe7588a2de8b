using System.Runtime.CompilerServices;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Messages are moved and not copied: every queue has one chunk, with nothing in it.</summary>
internal sealed class RabbitMqSnapshot : ISnapshotSource
{
    public async IAsyncEnumerable<Chunk> Split(
        ScopedStream stream, ChunkSize size, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        yield return new Chunk(
            stream.Number, 0, KeyRange.All, stream.Schema.EstimatedRecords, stream.Schema.EstimatedBytes);
    }

    public ValueTask<IChunkRead> Read(ScopedStream stream, KeyRange range, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IChunkRead>(new NothingToCopy());
    }

    /// <summary>A tally that differs cannot be mended by reading it again.</summary>
    public ValueTask<ChangeBatch> ReadKeys(
        ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(ChangeBatch.Empty(new Position(RabbitMqChanges.Timeline, 0)));
    }

    private sealed class NothingToCopy : IChunkRead
    {
        public Visibility Visibility { get; } = Visibility.UpTo(new Position(RabbitMqChanges.Timeline, 0));

        public async IAsyncEnumerable<RecordBatch> Batches(
            [EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.CompletedTask.ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            yield break;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
