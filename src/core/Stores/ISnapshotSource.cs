using Godwit.Core.Changes;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Core.Stores;

/// <summary>Reads what is.</summary>
public interface ISnapshotSource
{
    /// <summary>Splits a stream into chunks of about the given size, in key order; at least one, the last one
    /// open.</summary>
    /// <remarks>May be called while records change: bounds are only bounds. Changes nothing.</remarks>
    IAsyncEnumerable<Chunk> Split(ScopedStream stream, ChunkSize size, CancellationToken cancellation);

    /// <summary>Starts to read the records in scope of one range. Several reads may be open at once.</summary>
    ValueTask<IChunkRead> Read(ScopedStream stream, KeyRange range, CancellationToken cancellation);

    /// <summary>The present records of some keys, as a batch of changes at the source's present position.</summary>
    /// <param name="stream">Whose keys.</param>
    /// <param name="keys">Key columns only; stays the caller's.</param>
    /// <remarks>For repair: goes the same way into the target as a change that was just seen.</remarks>
    ValueTask<ChangeBatch> ReadKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation);
}
