using Godwit.Connectors.Redis.Following;
using Godwit.Connectors.Redis.Rows;
using Godwit.Connectors.Redis.Tables;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis;

/// <summary>One server, one of its databases, or the keys of it that patterns name.</summary>
internal sealed class RedisStore : IStore
{
    internal const string Family = RedisOperations.FamilyName;

    private readonly RedisSession _session;
    private readonly RedisFollowing _following;
    private readonly RedisChanges _changes;
    private readonly RedisTarget _target;
    private readonly RedisDigest _digest;
    private readonly RedisFence _fence;

    internal RedisStore(RedisSession session)
    {
        _session = session;
        _following = new RedisFollowing(session);
        _changes = new RedisChanges(session, _following);
        _target = new RedisTarget(session, _following);
        _digest = new RedisDigest(session);
        Catalog = new RedisCatalog(session);
        Snapshot = new RedisSnapshot(session, _following, _changes);
        _fence = new RedisFence(session, _changes);
        Abilities = new Abilities
        {
            Changes = ChangeCapture.Operations,
            Fence = session.Opening.FencedUser is null ? FenceStrength.Cooperative : FenceStrength.Enforced,
            AtomicApply = true,
            Family = Family,
            PlainKeyOrder = true,
            HasRanges = false,
        };
    }

    internal RedisSession Session => _session;

    public string Address => _session.Shown;

    public Abilities Abilities { get; }

    public ICatalog Catalog { get; }

    public ISnapshotSource Snapshot { get; }

    public IChangeSource Changes => _changes;

    public ITarget Target => _target;

    public IDigest Digest => _digest;

    public IFence Fence => _fence;

    /// <summary>Stores that speak with others hold tables: keys are rows there.</summary>
    public IStore? AsSourceFor(IStore target) =>
        _session.Role == StoreRole.Source && target.Dialect is not null ? new KeyTable(this) : null;

    /// <summary>Rows of tables are held as hashes, or are keys themselves where no pattern names a column.</summary>
    public IStore? AsTargetOf(IStore source) =>
        _session.Role != StoreRole.Target || source.Abilities.Family == Family ? null
        : RowKey.IsPattern(_session.Opening.Keys) ? RowStore.OfHashes(source, this)
        : RowStore.OfKeys(source, this);

    public async ValueTask DisposeAsync()
    {
        await _fence.DisposeAsync().ConfigureAwait(false);
        await _changes.DisposeAsync().ConfigureAwait(false);
        await _following.DisposeAsync().ConfigureAwait(false);
        await _target.DisposeAsync().ConfigureAwait(false);
        await _session.DisposeAsync().ConfigureAwait(false);
    }
}
