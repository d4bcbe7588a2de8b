using Godwit.Core.Stores;

namespace Godwit.Connectors.Files;

/// <summary>Directory trees of this machine, as source and as target.</summary>
public sealed class FilesConnector : IConnector
{
    public string Scheme => FilesAddress.Scheme;

    public Task<IStore> Open(StoreOpening opening, StoreRole role, CancellationToken cancellation) =>
        Task.Run<IStore>(
            () =>
            {
                var session = new FilesSession(opening);
                // Opened now, so that a root that may not be entered is told at once; one that is missing is found by
                // Check.
                _ = session.TryRoot();
                return new FilesStore(session);
            },
            cancellation);
}
