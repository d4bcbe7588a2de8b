namespace Godwit.Core.Stores;

/// <summary>The code for one kind of system: opens its stores.</summary>
public interface IConnector
{
    /// <summary>What an address begins with, before the colon.</summary>
    string Scheme { get; }

    /// <summary>Into which parts a move falls whose stores are spread over several servers. Each is moved as if it were
    /// a move of its own, beside the others.</summary>
    /// <param name="source">The source, with the target as its peer.</param>
    /// <param name="cancellation">Ends the asking.</param>
    /// <returns>For each part the options, as <c>name=value</c> joined by <c>&amp;</c>, that both addresses get; empty
    /// when there is one only.</returns>
    /// <exception cref="Problems.GodwitException">An address is wrong, or nobody answers there.</exception>
    Task<IReadOnlyList<string>> Parts(StoreOpening source, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested
            ? Task.FromCanceled<IReadOnlyList<string>>(cancellation)
            : Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Looks whether each part still has one server at either side, and cuts anew what has not. Waits until
    /// the servers have settled.</summary>
    /// <param name="source">The source, with the target as its peer.</param>
    /// <param name="parts">What was cut last.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The same list when nothing changed. Otherwise each part at its place, with what of it goes on as it is,
    /// and behind them new ones, which are copied from the beginning.</returns>
    /// <exception cref="Problems.GodwitException">Nobody answers there, or the servers do not settle.</exception>
    Task<IReadOnlyList<string>> PartsAgain(
        StoreOpening source, IReadOnlyList<string> parts, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested
            ? Task.FromCanceled<IReadOnlyList<string>>(cancellation)
            : Task.FromResult(parts);

    /// <summary>Opens a store. Changes nothing there; a target that does not exist yet is no error.</summary>
    /// <exception cref="Problems.GodwitException">The address is wrong, or nobody answers there.</exception>
    Task<IStore> Open(StoreOpening opening, StoreRole role, CancellationToken cancellation);
}
