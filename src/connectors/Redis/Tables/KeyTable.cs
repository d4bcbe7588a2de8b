using Godwit.Connectors.Redis.Rows;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>The keys of one database told as rows of a table, for stores that hold tables.</summary>
/// <remarks>A source only: what is written to the table does not come back, but is put right by the next verification.
/// A table of this shape becomes keys again by a move of its own; see <see cref="TableKeys"/>. Owns the server's
/// store.</remarks>
internal sealed class KeyTable : IStore
{
    internal const string Family = "redis rows";

    private readonly RedisStore _inner;

    internal KeyTable(RedisStore inner)
    {
        _inner = inner;
        var session = inner.Session;
        Abilities = new Abilities
        {
            Changes = ChangeCapture.TouchedKeys,
            Fence = FenceStrength.None,
            AtomicApply = false,
            Family = Family,
            PlainKeyOrder = true,
            HasRanges = false,
            IsOneWay = true,
        };
        var reader = new KeyReader(session);
        Catalog = new KeyTableCatalog(inner);
        Snapshot = new KeyTableSnapshot(inner, reader);
        Changes = new KeyTableChanges(inner, reader);
        Digest = new KeyTableDigest(session, reader);
        var missing = new Nothing(inner.Address);
        (Target, Fence) = (missing, missing);
    }

    public string Address => _inner.Address;

    public Abilities Abilities { get; }

    public ICatalog Catalog { get; }

    public ISnapshotSource Snapshot { get; }

    public IChangeSource Changes { get; }

    public ITarget Target { get; }

    public IDigest Digest { get; }

    public IFence Fence { get; }

    public IDialect Dialect { get; } = new KeyTableDialect();

    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
