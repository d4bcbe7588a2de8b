using System.Runtime.CompilerServices;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>A chunk whose records are looked at before they are written. The read stays its owner's.</summary>
internal sealed class FittingRead(IChunkRead read, Fitting fitting) : IChunkRead
{
    public Visibility Visibility => read.Visibility;

    public async IAsyncEnumerable<RecordBatch> Batches([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in read.Batches(cancellation).ConfigureAwait(false))
        {
            var isFit = false;
            try
            {
                await fitting.Ensure(batch, cancellation).ConfigureAwait(false);
                isFit = true;
            }
            finally
            {
                if (!isFit)
                    batch.Dispose();
            }
            yield return batch;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
