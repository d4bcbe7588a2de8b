using Godwit.Core.Records;

namespace Godwit.Core.Digests;

/// <summary>Keys and the digest of the record that each stands for. Owned by the receiver.</summary>
/// <param name="Keys">Key columns only, in no promised order. A key without a record is left out.</param>
/// <param name="Digests">As many as there are keys. Where several records share a key, there is one entry for
/// each.</param>
public sealed record KeyDigests(RecordBatch Keys, IReadOnlyList<ulong> Digests) : IDisposable
{
    public void Dispose() => Keys.Dispose();
}
