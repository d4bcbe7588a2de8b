using Godwit.Core.Digests;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

internal sealed class HostileDigest(IStore store, Life life, Hostility hostility) : IDigest
{
    private readonly string _name = $"{store.Address} digest";

    public Task<RangeDigest> Digest(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        hostility.Do(
            life, $"{_name} {stream} {range}", () => store.Digest.Digest(stream, range, cancellation), cancellation);

    public Task<KeyDigests> List(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        hostility.Do(
            life, $"{_name} list {stream} {range}", () => store.Digest.List(stream, range, cancellation), cancellation);

    public Task<KeyDigests> ListKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) =>
        hostility.Do(
            life,
            $"{_name} list {keys.Count} of {stream}",
            () => store.Digest.ListKeys(stream, keys, cancellation),
            cancellation);

    public Task<RecordBatch> Show(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) =>
        hostility.Do(
            life,
            $"{_name} show {keys.Count} of {stream}",
            () => store.Digest.Show(stream, keys, cancellation),
            cancellation);
}
