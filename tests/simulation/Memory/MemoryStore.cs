using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

/// <summary>A store over a <see cref="MemoryDatabase"/>, for one migration. Keeps nothing itself: a new one goes
/// on.</summary>
public sealed class MemoryStore : IStore
{
    /// <param name="database">What it opens.</param>
    /// <param name="mark">Tells apart what several migrations install; see <see cref="StoreOpening.Mark"/>.</param>
    /// <param name="clock">For waits.</param>
    public MemoryStore(MemoryDatabase database, string mark, TimeProvider clock)
    {
        Database = database;
        Catalog = new MemoryCatalog(database);
        Snapshot = new MemorySnapshot(database);
        Changes = new MemoryChanges(database, mark, clock);
        Target = new MemoryTarget(database, mark);
        Digest = new MemoryDigest(database);
        Fence = new MemoryFence(database, mark);
    }

    public MemoryDatabase Database { get; }

    public string Address => Database.Address;

    public Abilities Abilities => new()
    {
        Changes = Database.Settings.Changes,
        Fence = FenceStrength.Enforced,
        AtomicApply = true,
        Family = "memory",
        PlainKeyOrder = Database.Settings.PlainKeyOrder,
        Writers = Database.Settings.Writers,
        AheadFrom = Database.Settings.BatchesUnderWay > 1 ? 1 : null,
        BatchesUnderWay = Database.Settings.BatchesUnderWay,
        ChunkSize = Database.Settings.ChunkSize,
    };

    public ICatalog Catalog { get; }

    public ISnapshotSource Snapshot { get; }

    public IChangeSource Changes { get; }

    public ITarget Target { get; }

    public IDigest Digest { get; }

    public IFence Fence { get; }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
