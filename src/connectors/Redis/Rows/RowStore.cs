using Godwit.Connectors.Redis.Tables;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Rows;

/// <summary>A server that holds the rows of another store's table: as hashes, a cache that its database keeps warm, or
/// as the keys that they once were.</summary>
/// <remarks>A target only. Rows come one way: what an application writes to such a key is put right by the next
/// verification. Owns the server's store.</remarks>
internal sealed class RowStore : IStore
{
    private readonly RedisStore _inner;

    private RowStore(
        IStore source, RedisStore inner, IRowForm form, ICatalog catalog, IDigest digest)
    {
        _inner = inner;
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
        (Catalog, Target, Digest) = (catalog, new RowTarget(inner.Session, form), digest);
        var missing = new Nothing(inner.Address);
        (Snapshot, Changes, Fence) = (missing, missing, missing);
    }

    /// <summary>Each row is a hash.</summary>
    internal static RowStore OfHashes(IStore source, RedisStore inner)
    {
        var names = new RowNames(inner.Session, source.Address);
        return new RowStore(
            source, inner, names, new RowCatalog(inner.Session, names),
            new RowDigest(inner.Session, names, source));
    }

    /// <summary>Each row is the key that it says.</summary>
    internal static RowStore OfKeys(IStore source, RedisStore inner)
    {
        var keys = new TableKeys(inner.Session, source.Address);
        return new RowStore(
            source, inner, keys, new TableKeyCatalog(inner.Session, keys),
            new TableKeyDigest(inner.Session, keys, source));
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
