using System.Runtime.CompilerServices;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

internal sealed class HostileChunkRead(IChunkRead read, string what, Life life, Hostility hostility) : IChunkRead
{
    public Visibility Visibility => read.Visibility;

    public async IAsyncEnumerable<RecordBatch> Batches([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in read.Batches(cancellation))
        {
            await hostility.Before(life, $"{what} batch", cancellation);
            yield return batch;
        }
    }

    public ValueTask DisposeAsync() => read.DisposeAsync();
}
