using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Rows;

/// <summary>A server that holds the rows of another store's table as hashes: a cache that its database keeps
/// warm.</summary>
/// <remarks>A target only. Rows come one way: what an application writes to such a hash is put right by the next
/// verification. Owns the server's store.</remarks>
internal sealed class RowStore : IStore
{
    private readonly RedisStore _inner;

    internal RowStore(IStore source, RedisStore inner)
    {
        _inner = inner;
        var names = new RowNames(inner.Session, source.Address);
        Abilities = new Abilities
        {
            Changes = ChangeCapture.None,
            Fence = FenceStrength.None,
            AtomicApply = true,
            Family = source.Abilities.Family,
            HasRanges = false,
            IsOneWay = true,
            ChunkSize = new ChunkSize(Records: 50_000, Bytes: 16L << 20),
        };
        Catalog = new RowCatalog(inner.Session, names);
        Target = new RowTarget(inner.Session, names);
        Digest = new RowDigest(inner.Session, names, source);
        var missing = new Nothing(inner.Address);
        (Snapshot, Changes, Fence) = (missing, missing, missing);
    }

    public string Address => _inner.Address;

    public Abilities Abilities { get; }

    public ICatalog Catalog { get; }

    public ISnapshotSource Snapshot { get; }

    public IChangeSource Changes { get; }

    public ITarget Target { get; }

    public IDigest Digest { get; }

    public IFence Fence { get; }

    public async ValueTask DisposeAsync()
    {
        await ((RowTarget)Target).DisposeAsync().ConfigureAwait(false);
        await _inner.DisposeAsync().ConfigureAwait(false);
    }
}
