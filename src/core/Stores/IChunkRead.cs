using Godwit.Core.Positions;
using Godwit.Core.Records;

namespace Godwit.Core.Stores;

/// <summary>One chunk while it is being read, in one read transaction where the store has them.</summary>
public interface IChunkRead : IAsyncDisposable
{
    /// <summary>What this read has seen; taken inside the same read transaction.</summary>
    Visibility Visibility { get; }

    /// <summary>The records, in key order, in batches of bounded size; each belongs to the receiver. Read
    /// once.</summary>
    IAsyncEnumerable<RecordBatch> Batches(CancellationToken cancellation);
}
