using Godwit.Core.Stores;

namespace Godwit.Connectors.PostgreSql;

/// <summary>Opens PostgreSQL databases: <c>postgres://USER@HOST:PORT/DATABASE</c>.</summary>
public sealed class PostgreSqlConnector : IConnector
{
    public string Scheme => PostgreSqlAddress.Scheme;

    public async Task<IStore> Open(StoreOpening opening, StoreRole role, CancellationToken cancellation)
    {
        var store = new PostgreSqlStore(opening, role);
        var isOpen = false;
        try
        {
            store.Own = await Look(store.Session, cancellation).ConfigureAwait(false);
            store.Peer = await LookAtPeer(opening, cancellation).ConfigureAwait(false);
            isOpen = true;
            return store;
        }
        finally
        {
            if (!isOpen)
                await store.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<PeerServer> LookAtPeer(StoreOpening opening, CancellationToken cancellation)
    {
        if (opening.Peer is not { } peer || !PostgreSqlAddress.IsOurs(peer))
            return PeerServer.None;
        var session = new PostgreSqlSession(opening with { Address = peer, Shown = opening.Elsewhere });
        await using var _ = session.ConfigureAwait(false);
        return await Look(session, cancellation).ConfigureAwait(false);
    }

    private static Task<PeerServer> Look(PostgreSqlSession session, CancellationToken cancellation) => session.Do(
        "look at the server", connection => PeerServer.Read(connection, cancellation), cancellation);
}
