using System.Runtime.CompilerServices;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.Sqlite;

/// <summary>A read during which something happens, after each batch.</summary>
internal sealed class SlowRead(IChunkRead read, Action meanwhile) : IChunkRead
{
    public Visibility Visibility => read.Visibility;

    public async IAsyncEnumerable<RecordBatch> Batches([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in read.Batches(CancellationToken.None))
        {
            yield return batch;
            meanwhile();
        }
        cancellation.ThrowIfCancellationRequested();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
