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

    /// <summary>All keys in scope, some at a time, in the store's own order. For stores without
    /// <see cref="Abilities.HasRanges"/>.</summary>
    /// <remarks>A key that is there all the time is told at least once, any other perhaps. Each batch belongs to the
    /// receiver.</remarks>
    IAsyncEnumerable<RecordBatch> Walk(ScopedStream stream, CancellationToken cancellation) =>
        throw new NotSupportedException("This store digests ranges.");

    /// <summary>Digests of keys that a walk came by, found as fast as can be: equal ones prove equality, others prove
    /// nothing.</summary>
    Task<KeyDigests> Compared(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) =>
        ListKeys(stream, keys, cancellation);

    /// <summary>Those of the keys that are not here, as a batch of the caller's.</summary>
    Task<RecordBatch> Missing(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) =>
        throw new NotSupportedException("This store digests ranges.");

    /// <summary>Each key of a range with its record's digest. As large as a chunk: for drilling down.</summary>
    Task<KeyDigests> List(ScopedStream stream, KeyRange range, CancellationToken cancellation);

    /// <summary>The same for some keys.</summary>
    Task<KeyDigests> ListKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation);

    /// <summary>The records of some keys, all columns, to show what differs. Content is represented by its
    /// digest.</summary>
    Task<RecordBatch> Show(ScopedStream stream, RecordBatch keys, CancellationToken cancellation);
}
