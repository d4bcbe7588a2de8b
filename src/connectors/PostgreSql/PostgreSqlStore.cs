using Godwit.Connectors.Kit;
using Godwit.Connectors.PostgreSql.Capture;
using Godwit.Connectors.PostgreSql.Writing;
using Godwit.Core.Stores;

namespace Godwit.Connectors.PostgreSql;

/// <summary>One database: its parts and its connections.</summary>
internal sealed class PostgreSqlStore : IStore
{
    private readonly PostgreSqlChanges _changes;
    private readonly PostgreSqlTarget _target;
    private bool _disposed;

    internal PostgreSqlStore(StoreOpening opening, StoreRole role)
    {
        (Opening, Role) = (opening, role);
        Session = new PostgreSqlSession(opening);
        Throttle = new Throttle(opening.BytesPerSecond, opening.Clock);
        _changes = new PostgreSqlChanges(this);
        Catalog = new PostgreSqlCatalog(this);
        Snapshot = new PostgreSqlSnapshot(this, _changes);
        _target = new PostgreSqlTarget(this);
        Digest = new PostgreSqlDigest(this);
        Fence = new PostgreSqlFence(this);
        Dialect = new PostgreSqlDialect(this);
    }

    public string Address => Opening.Shown;

    public Abilities Abilities => new()
    {
        Changes = ChangeCapture.TouchedKeys,
        Fence = FenceStrength.Enforced,
        AtomicApply = true,
        Writers = 4,
        AheadFrom = LogReader.Worthwhile,
        BatchesUnderWay = BatchApplier.Lanes,
        Family = Family,
        ChunkSize = new ChunkSize(Records: 1_000_000, Bytes: 64L << 20),
    };

    public ICatalog Catalog { get; }

    public ISnapshotSource Snapshot { get; }

    public IChangeSource Changes => _changes;

    public ITarget Target => _target;

    public IDigest Digest { get; }

    public IFence Fence { get; }

    public IDialect Dialect { get; }

    internal static string Family => "postgres";

    internal StoreOpening Opening { get; }

    internal StoreRole Role { get; }

    internal PostgreSqlNames Names => field ??= new PostgreSqlNames(Opening.Mark, Own.Database);

    internal PostgreSqlSession Session { get; }

    internal Throttle Throttle { get; }

    internal Foresight Foresight { get; } = new();

    /// <summary>What is known of this server; set when the store is opened.</summary>
    internal PeerServer Own { get; set; } = PeerServer.None;

    /// <summary>What is known of the other side; set when the store is opened.</summary>
    internal PeerServer Peer { get; set; } = PeerServer.None;

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _changes.DisposeAsync().ConfigureAwait(false);
        await _target.DisposeAsync().ConfigureAwait(false);
        await Session.DisposeAsync().ConfigureAwait(false);
    }
}
