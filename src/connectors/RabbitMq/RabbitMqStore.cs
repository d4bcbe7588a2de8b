using Godwit.Connectors.RabbitMq.Moving;
using Godwit.Core.Stores;

namespace Godwit.Connectors.RabbitMq;

/// <summary>The queues of one virtual host that patterns name.</summary>
internal sealed class RabbitMqStore : IStore
{
    private readonly BrokerSession _session;
    private readonly RabbitMqChanges _changes;
    private readonly RabbitMqTarget _target;
    private readonly RabbitMqDigest _digest;

    internal RabbitMqStore(BrokerSession session)
    {
        _session = session;
        _changes = new RabbitMqChanges(session);
        _target = new RabbitMqTarget(session);
        Catalog = new RabbitMqCatalog(session);
        Digest = _digest = new RabbitMqDigest(session);
        Fence = new RabbitMqFence(session, _changes);
    }

    public string Address => _session.Shown;

    public Abilities Abilities { get; } = new()
    {
        Changes = ChangeCapture.Operations,
        Fence = FenceStrength.Cooperative,
        AtomicApply = true,
        Family = MessageBatch.FamilyName,
        PlainKeyOrder = true,
        HasRanges = false,
        HoldsMessages = true,
    };

    public ICatalog Catalog { get; }

    public ISnapshotSource Snapshot { get; } = new RabbitMqSnapshot();

    public IChangeSource Changes => _changes;

    public ITarget Target => _target;

    public IDigest Digest { get; }

    public IFence Fence { get; }

    public async ValueTask DisposeAsync()
    {
        await _changes.DisposeAsync().ConfigureAwait(false);
        await _target.DisposeAsync().ConfigureAwait(false);
        _digest.Dispose();
        await _session.DisposeAsync().ConfigureAwait(false);
    }
}
