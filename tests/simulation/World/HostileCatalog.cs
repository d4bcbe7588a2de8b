using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

internal sealed class HostileCatalog(IStore store, Life life, Hostility hostility) : ICatalog
{
    private readonly string _name = $"{store.Address} catalog";

    public Task<Catalog> Read(CancellationToken cancellation) =>
        hostility.Do(life, $"{_name} read", () => store.Catalog.Read(cancellation), cancellation);

    public Task<SchemaModel> Model(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        hostility.Do(life, $"{_name} model", () => store.Catalog.Model(streams, cancellation), cancellation);

    public Task<IReadOnlyList<Counter>> Counters(
        IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        hostility.Do(life, $"{_name} counters", () => store.Catalog.Counters(streams, cancellation), cancellation);

    public Task<ScopeCount> Count(ScopedStream stream, CancellationToken cancellation) =>
        hostility.Do(life, $"{_name} count {stream}", () => store.Catalog.Count(stream, cancellation), cancellation);

    public Task<IReadOnlyList<Problem>> Check(
        StoreRole role, IReadOnlyList<ScopedStream> streams, ISnapshotSource? source, CancellationToken cancellation) =>
        hostility.Do(
            life,
            $"{_name} check as {role}",
            () => store.Catalog.Check(role, streams, source, cancellation),
            cancellation);
}
