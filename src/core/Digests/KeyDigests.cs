using Godwit.Core.Records;

namespace Godwit.Core.Digests;

/// <summary>Keys and the digest of the record that each stands for. Owned by the receiver.</summary>
/// <param name="Keys">Key columns only, in no promised order. A key without a record is left out.</param>
/// <param name="Digests">As many as there are keys. Where several records share a key, there is one entry for
/// each.</param>
public sealed record KeyDigests(RecordBatch Keys, IReadOnlyList<ulong> Digests) : IDisposable
{
    /// <summary>Places of keys whose time is over or nearly so, by the store's own clock. The other side may have let
    /// them go already: that they are missing there proves nothing.</summary>
    public IReadOnlyList<int> Expiring { get; init; } = [];

    public void Dispose() => Keys.Dispose();
}
