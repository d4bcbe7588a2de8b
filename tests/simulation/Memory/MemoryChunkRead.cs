using System.Runtime.CompilerServices;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

internal sealed class MemoryChunkRead(
    ScopedStream stream, Visibility visibility, IEnumerable<Row> rows, int recordsPerBatch) : IChunkRead
{
    private bool _read;
    private bool _disposed;

    public Visibility Visibility => visibility;

    public async IAsyncEnumerable<RecordBatch> Batches([EnumeratorCancellation] CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_read)
            throw new InvalidOperationException("A chunk is read once.");
        _read = true;
        foreach (var part in rows.Chunk(recordsPerBatch))
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            await Task.Yield();
            cancellation.ThrowIfCancellationRequested();
            yield return Fill(part);
        }
    }

    public ValueTask DisposeAsync()
    {
        _disposed = true;
        return ValueTask.CompletedTask;
    }

    private RecordBatch Fill(Row[] part)
    {
        var batch = new RecordBatch(stream.Schema.Columns.Count);
        foreach (var row in part)
            row.AppendTo(batch);
        return batch;
    }
}
