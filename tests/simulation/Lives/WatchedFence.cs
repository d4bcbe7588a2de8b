using Godwit.Core.Changes;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

/// <summary>A store whose fence notes when it goes up and comes down, and may refuse to go up.</summary>
/// <param name="store">What it is otherwise.</param>
/// <param name="notes">As "+a" and "-a", in the order of events; several stores share them.</param>
internal sealed class WatchedFence(IStore store, List<string> notes) : IStore, IFence
{
    internal static Problem Refusal { get; } = new(
        "GW-MEM-007", "The fence does not go up.", "Somebody stands in its way.", "Step aside.", Recovery.Pause);

    /// <summary>Whether its records count as messages.</summary>
    internal bool HoldsMessages { get; init; }

    internal bool Refuses { get; set; }

    /// <summary>Whether late writes may come. Who asks for them is noted as "?a", and has to have prepared the
    /// fence.</summary>
    internal bool OnlyAsks { get; init; }

    /// <summary>Whether there always are some. That they were taken is noted as "!a".</summary>
    internal bool IsWrittenToLate { get; init; }

    private bool IsPrepared { get; set; }

    public string Address => store.Address;

    public Abilities Abilities => store.Abilities with
    {
        HoldsMessages = HoldsMessages, Fence = OnlyAsks ? FenceStrength.Cooperative : FenceStrength.Enforced,
    };

    public ICatalog Catalog => store.Catalog;

    public ISnapshotSource Snapshot => store.Snapshot;

    public IChangeSource Changes => store.Changes;

    public ITarget Target => store.Target;

    public IDigest Digest => store.Digest;

    public IFence Fence => this;

    public ValueTask DisposeAsync() => store.DisposeAsync();

    Task IFence.Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        IsPrepared = true;
        return store.Fence.Prepare(streams, cancellation);
    }

    Task IFence.Raise(CancellationToken cancellation)
    {
        notes.Add($"+{Address}");
        return Refuses ? throw new GodwitException(Refusal) : store.Fence.Raise(cancellation);
    }

    Task IFence.Lower(CancellationToken cancellation)
    {
        notes.Add($"-{Address}");
        return store.Fence.Lower(cancellation);
    }

    async Task<ChangeBatch?> IFence.LateWrites(CancellationToken cancellation)
    {
        if (!IsPrepared)
            throw new InvalidOperationException($"The fence of {Address} was not prepared.");
        notes.Add($"?{Address}");
        await Task.Yield();
        return IsWrittenToLate ? ChangeBatch.Empty(default) : await store.Fence.LateWrites(cancellation);
    }

    Task IFence.LateWritesTaken(CancellationToken cancellation)
    {
        notes.Add($"!{Address}");
        return Task.CompletedTask;
    }

    Task IFence.Remove(CancellationToken cancellation) => store.Fence.Remove(cancellation);
}
