using Godwit.Connectors.Kit;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite;

/// <summary>One database: its parts, its one writer and its readers.</summary>
internal sealed class SqliteStore : IStore
{
    /// <summary>How long a statement waits for another program's lock before it becomes a problem.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly ChunkSize Swift = new(Records: 250_000, Bytes: 32L << 20);

    // A chunk locks its target while it is written: a fifth of a second is not felt by others who write there.
    private static readonly ChunkSize Considerate = new(Records: 50_000, Bytes: 8L << 20);

    private readonly StoreRole _role;
    private readonly SqliteChanges _changes;
    private readonly SqliteTarget _target;
    private bool _disposed;

    internal SqliteStore(StoreOpening opening, StoreRole role, string path, bool isShared)
    {
        (_role, IsShared) = (role, isShared);
        HasLikePeer = opening.Peer?.StartsWith(SqliteAddress.Scheme + ":", StringComparison.OrdinalIgnoreCase) ?? true;
        (Opening, Path, Names) = (opening, path, new SqliteNames(opening.Mark));
        Throttle = new Throttle(opening.BytesPerSecond, opening.Clock);
        Readers = new SqliteReaders(path);
        Writer = new SqliteWriter(path, Names);
        _changes = new SqliteChanges(this);
        Catalog = new SqliteCatalog(this);
        Snapshot = new SqliteSnapshot(this);
        _target = new SqliteTarget(this);
        Digest = new SqliteDigest(Readers);
        Fence = new SqliteFence(this);
        Dialect = new SqliteDialect();
    }

    public string Address => Opening.Shown;

    public Abilities Abilities => new()
    {
        Changes = ChangeCapture.TouchedKeys,
        Fence = FenceStrength.Enforced,
        AtomicApply = true,
        Writers = 2,
        Family = Family,
        ChunkSize = IsShared && _role == StoreRole.Target ? Considerate : Swift,
    };

    public ICatalog Catalog { get; }

    public ISnapshotSource Snapshot { get; }

    public IChangeSource Changes => _changes;

    public ITarget Target => _target;

    public IDigest Digest { get; }

    public IFence Fence { get; }

    public IDialect Dialect { get; }

    internal static string Family => "sqlite";

    internal StoreOpening Opening { get; }

    /// <summary>Whether Godwit did not make what is in there, so that others may be using it.</summary>
    internal bool IsShared { get; }

    /// <summary>Whether the other side is a database of the same kind, or there is none.</summary>
    internal bool HasLikePeer { get; }

    internal string Path { get; }

    internal SqliteNames Names { get; }

    internal Throttle Throttle { get; }

    internal SqliteReaders Readers { get; }

    internal SqliteWriter Writer { get; }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _changes.DisposeAsync().ConfigureAwait(false);
        await Writer.DisposeAsync().ConfigureAwait(false);
        _target.Dispose();
        Readers.Dispose();
    }
}
