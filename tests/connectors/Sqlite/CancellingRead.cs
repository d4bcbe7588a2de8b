using System.Runtime.CompilerServices;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.Sqlite;

/// <summary>A read during which somebody cancels, after its first batch has been written.</summary>
internal sealed class CancellingRead(IChunkRead read, CancellationTokenSource stop) : IChunkRead
{
    public Visibility Visibility => read.Visibility;

    public async IAsyncEnumerable<RecordBatch> Batches([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in read.Batches(CancellationToken.None))
        {
            yield return batch;
            await stop.CancelAsync();
        }
        cancellation.ThrowIfCancellationRequested();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
