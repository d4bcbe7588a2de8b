namespace Godwit.Core.Stores;

/// <summary>One opened place, as source and as target. Which parts work is said by <see cref="Abilities"/>.</summary>
/// <remarks>
/// All parts may be used at once. Whoever opened the store disposes it; nothing that was installed goes away by that.
/// Long work runs off the caller's thread: a call returns to its caller soon, with a task.
/// </remarks>
public interface IStore : IAsyncDisposable
{
    /// <summary>For people and for the route: as written in the migration file, without secrets.</summary>
    string Address { get; }

    Abilities Abilities { get; }

    ICatalog Catalog { get; }

    ISnapshotSource Snapshot { get; }

    IChangeSource Changes { get; }

    ITarget Target { get; }

    IDigest Digest { get; }

    IFence Fence { get; }

    /// <summary>How it speaks with stores of other families; null when it speaks with its own only.</summary>
    IDialect? Dialect => null;

    /// <summary>A view of this store that tells what it holds as a store of another family can take it, where its own
    /// words are of no use to that one; null when there is none. The view owns this store.</summary>
    IStore? AsSourceFor(IStore target) => null;

    /// <summary>A view of this store that takes what a store of another family holds, said in that one's words; null
    /// when there is none. The view owns this store.</summary>
    IStore? AsTargetOf(IStore source) => null;
}
