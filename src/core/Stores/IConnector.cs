namespace Godwit.Core.Stores;

/// <summary>The code for one kind of system: opens its stores.</summary>
public interface IConnector
{
    /// <summary>What an address begins with, before the colon.</summary>
    string Scheme { get; }

    /// <summary>Opens a store. Changes nothing there; a target that does not exist yet is no error.</summary>
    /// <exception cref="Problems.GodwitException">The address is wrong, or nobody answers there.</exception>
    Task<IStore> Open(StoreOpening opening, StoreRole role, CancellationToken cancellation);
}
