using Godwit.Core.Digests;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Core.Stores;

/// <summary>Proves what is there. Shares no code with the copy path: a verifier that reuses the copier repeats its
/// mistakes.</summary>
/// <remarks>All methods read the store as it is now, in scope, and change nothing.</remarks>
public interface IDigest
{
    /// <summary>Count and checksums of a range.</summary>
    Task<RangeDigest> Digest(ScopedStream stream, KeyRange range, CancellationToken cancellation);

    /// <summary>Each key of a range with its record's digest. As large as a chunk: for drilling down.</summary>
    Task<KeyDigests> List(ScopedStream stream, KeyRange range, CancellationToken cancellation);

    /// <summary>The same for some keys.</summary>
    Task<KeyDigests> ListKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation);

    /// <summary>The records of some keys, all columns, to show what differs. Content is represented by its
    /// digest.</summary>
    Task<RecordBatch> Show(ScopedStream stream, RecordBatch keys, CancellationToken cancellation);
}
