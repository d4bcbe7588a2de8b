using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.Sqlite;

/// <summary>A read that does not show where it comes from, so that a target has to take it record by record.</summary>
internal sealed class PlainRead(IChunkRead read) : IChunkRead
{
    public Visibility Visibility => read.Visibility;

    public IAsyncEnumerable<RecordBatch> Batches(CancellationToken cancellation) => read.Batches(cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
