using Godwit.Core.Stores;

namespace Godwit.Connectors.Files;

/// <summary>One directory tree.</summary>
internal sealed class FilesStore : IStore
{
    private readonly FilesSession _session;
    private readonly FilesTarget _target;
    private readonly FilesChanges _changes;
    private readonly FilesFence _fence;

    internal FilesStore(FilesSession session)
    {
        _session = session;
        _target = new FilesTarget(session);
        _changes = new FilesChanges(session);
        Catalog = new FilesCatalog(session);
        Snapshot = new FilesSnapshot(session);
        Digest = new FilesDigest(session);
        _fence = new FilesFence(session);
    }

    internal FilesSession Session => _session;

    public string Address => _session.Opening.Shown;

    public Abilities Abilities { get; } = new()
    {
        Changes = ChangeCapture.TouchedKeys,
        Fence = FenceStrength.Cooperative,
        AtomicApply = false,
        Writers = 2,
        Family = "files",
        PlainKeyOrder = false,
        ChunkSize = new ChunkSize(Records: 2_000, Bytes: 64L << 20),
    };

    public ICatalog Catalog { get; }

    public ISnapshotSource Snapshot { get; }

    public IChangeSource Changes => _changes;

    public ITarget Target => _target;

    public IDigest Digest { get; }

    public IFence Fence => _fence;

    public async ValueTask DisposeAsync()
    {
        await _changes.DisposeAsync().ConfigureAwait(false);
        _target.Dispose();
        _fence.Dispose();
        _session.Dispose();
    }
}
