using Godwit.Connectors.Files;
using Godwit.Connectors.Sqlite;
using Godwit.Core.Stores;

namespace Godwit.Bench.Micro;

/// <summary>Opens stores as the command line does.</summary>
internal static class Stores
{
    internal static Task<IStore> Open(string address, string peer, StoreRole role)
    {
        IConnector connector = address.StartsWith("file:", StringComparison.Ordinal)
            ? new FilesConnector()
            : new SqliteConnector();
        var opening = new StoreOpening
        {
            Address = address,
            Shown = address,
            Migration = "micro",
            Mark = "00c0ffee",
            Elsewhere = "the other side",
            Peer = peer,
            Clock = TimeProvider.System,
            Chance = Random.Shared.NextDouble,
        };
        return connector.Open(opening, role, CancellationToken.None);
    }
}
