using System.Runtime.CompilerServices;
using Godwit.Core.Changes;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

internal sealed class HostileSnapshot(IStore store, Life life, Hostility hostility) : ISnapshotSource
{
    private readonly string _name = $"{store.Address} snapshot";

    public async IAsyncEnumerable<Chunk> Split(
        ScopedStream stream, ChunkSize size, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var chunk in store.Snapshot.Split(stream, size, cancellation))
        {
            await hostility.Before(life, $"{_name} split {stream}", cancellation);
            yield return chunk;
        }
    }

    public async ValueTask<IChunkRead> Read(ScopedStream stream, KeyRange range, CancellationToken cancellation)
    {
        var what = $"{_name} read {stream} {range}";
        return await hostility.Do(
            life,
            what,
            async () => new HostileChunkRead(
                await store.Snapshot.Read(stream, range, cancellation), what, life, hostility),
            cancellation);
    }

    public async ValueTask<ChangeBatch> ReadKeys(
        ScopedStream stream, RecordBatch keys, CancellationToken cancellation) =>
        await hostility.Do(
            life,
            $"{_name} read {keys.Count} keys of {stream}",
            async () => HostileBatch.Around(
                await store.Snapshot.ReadKeys(stream, keys, cancellation), after: null, _name, life, hostility),
            cancellation);
}
