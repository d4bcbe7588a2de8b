using Godwit.Core.Positions;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

/// <summary>A store as one life of Godwit sees it: every call may be late, fail before or after its effect, or be the
/// last.</summary>
/// <param name="destination">Where the other side stands that follows this one; null before it was told.</param>
public sealed class HostileStore(IStore store, Life life, Hostility hostility, Func<Position?> destination) : IStore
{
    public string Address => store.Address;

    public Abilities Abilities => store.Abilities;

    public ICatalog Catalog { get; } = new HostileCatalog(store, life, hostility);

    public ISnapshotSource Snapshot { get; } = new HostileSnapshot(store, life, hostility);

    public IChangeSource Changes { get; } = new HostileChanges(store, life, hostility, destination);

    public ITarget Target { get; } = new HostileTarget(store, life, hostility);

    public IDigest Digest { get; } = new HostileDigest(store, life, hostility);

    public IFence Fence { get; } = new HostileFence(store, life, hostility);

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
