using Godwit.Core.Changes;
using Godwit.Core.Digests;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

/// <summary>A store that somebody can hold up: then it tells no changes, or its digests never come.</summary>
internal sealed class HeldUpStore(IStore store) : IStore, IChangeSource, IDigest
{
    internal static Problem Problem { get; } = new(
        "GW-MEM-006", "No changes are told.", "Somebody holds them up.", "Let them flow.", Recovery.Pause);

    internal bool ChangesAreHeld { get; set; }

    /// <summary>Whether it cannot be prepared to tell changes.</summary>
    internal bool CaptureIsHeld { get; set; }

    internal bool DigestsAreHeld { get; set; }

    /// <summary>Whether it heard that it will have to tell changes.</summary>
    internal bool IsAnnounced { get; private set; }

    public string Address => store.Address;

    public Abilities Abilities => store.Abilities;

    public ICatalog Catalog => store.Catalog;

    public ISnapshotSource Snapshot => store.Snapshot;

    public IChangeSource Changes => this;

    public ITarget Target => store.Target;

    public IDigest Digest => this;

    public IFence Fence => store.Fence;

    public ValueTask DisposeAsync() => store.DisposeAsync();

    Task IChangeSource.Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        CaptureIsHeld ? throw new GodwitException(Problem) : store.Changes.Prepare(streams, cancellation);

    Task IChangeSource.PrepareSoon(CancellationToken cancellation)
    {
        IsAnnounced = true;
        return store.Changes.PrepareSoon(cancellation);
    }

    ValueTask<Position> IChangeSource.Mark(CancellationToken cancellation) =>
        ChangesAreHeld ? throw new GodwitException(Problem) : store.Changes.Mark(cancellation);

    ValueTask<ChangeBatch?> IChangeSource.Next(Position after, TimeSpan patience, CancellationToken cancellation) =>
        ChangesAreHeld ? throw new GodwitException(Problem) : store.Changes.Next(after, patience, cancellation);

    ValueTask IChangeSource.Acknowledge(Position durable, CancellationToken cancellation) =>
        store.Changes.Acknowledge(durable, cancellation);

    Task IChangeSource.Remove(CancellationToken cancellation) => store.Changes.Remove(cancellation);

    async Task<RangeDigest> IDigest.Digest(ScopedStream stream, KeyRange range, CancellationToken cancellation)
    {
        await WhileHeld(cancellation);
        return await store.Digest.Digest(stream, range, cancellation);
    }

    Task<KeyDigests> IDigest.List(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        store.Digest.List(stream, range, cancellation);

    Task<KeyDigests> IDigest.ListKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) =>
        store.Digest.ListKeys(stream, keys, cancellation);

    Task<RecordBatch> IDigest.Show(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) =>
        store.Digest.Show(stream, keys, cancellation);

    private async Task WhileHeld(CancellationToken cancellation)
    {
        if (!DigestsAreHeld)
            return;
        var never = new TaskCompletionSource();
        using var registration = cancellation.Register(() => never.TrySetCanceled(cancellation));
        await never.Task;
    }
}
