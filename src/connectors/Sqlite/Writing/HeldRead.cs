using System.Runtime.CompilerServices;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite.Writing;

/// <summary>A chunk that is read to its end before the target is locked, so that a slow source delays no writer there.
/// </summary>
/// <remarks>Bounded by the size of a chunk, which is small for targets that others write to.</remarks>
internal sealed class HeldRead : IChunkRead
{
    private readonly Queue<RecordBatch> _batches = [];

    private HeldRead(Visibility visibility) => Visibility = visibility;

    public Visibility Visibility { get; }

    internal static async Task<HeldRead> Of(IChunkRead read, CancellationToken cancellation)
    {
        var held = new HeldRead(read.Visibility);
        try
        {
            await foreach (var batch in read.Batches(cancellation).ConfigureAwait(false))
                held._batches.Enqueue(batch);
        }
        catch
        {
            await held.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        return held;
    }

    public async IAsyncEnumerable<RecordBatch> Batches([EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        while (_batches.TryDequeue(out var batch))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return batch;
        }
    }

    public ValueTask DisposeAsync()
    {
        while (_batches.TryDequeue(out var batch))
            batch.Dispose();
        return ValueTask.CompletedTask;
    }
}
