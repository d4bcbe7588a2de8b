using Godwit.Connectors.Redis.Clusters;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis;

/// <summary>What all parts of one opened server share: its address, its scope, what it said of itself, and a
/// connection for whatever is asked now and then.</summary>
internal sealed class RedisSession : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private readonly Dictionary<int, RedisConnection> _connections = [];

    private readonly SlotOwner? _peer;

    /// <summary>Tells apart what the parts of a migration remember, and brings it to where their keys are: with the
    /// highest slot, which a part keeps when others leave it.</summary>
    private readonly string _partTag;

    private RedisSession(StoreOpening opening, StoreRole role, RedisAddress address, RedisAddress? peer)
    {
        (Opening, Role, Address, Peer) = (opening, role, address, peer);
        Scope = new RedisScope(address, opening.Keys);
        _partTag = Scope.Slots is { } slots ? SlotTag.Of(slots.Last) : "";
        Owner = new SlotOwner(address, opening.Shown, opening.Clock);
        _peer = peer is null ? null : new SlotOwner(peer, opening.Elsewhere, opening.Clock);
    }

    internal StoreOpening Opening { get; }

    internal StoreRole Role { get; }

    internal RedisAddress Address { get; }

    internal RedisScope Scope { get; }

    /// <summary>The other side; null when it is no Redis or nobody is there.</summary>
    internal RedisAddress? Peer { get; }

    /// <summary>The server that the address means.</summary>
    internal SlotOwner Owner { get; }

    /// <summary>What the server said of itself when it was opened.</summary>
    internal ServerFacts Facts { get; private set; } = ServerFacts.Unknown;

    /// <summary>What the other side said of itself; unknown before <see cref="AskPeer"/>.</summary>
    internal ServerFacts PeerFacts { get; private set; } = ServerFacts.Unknown;

    /// <summary>Whether both sides agree on meaning one database or all.</summary>
    internal bool IsLikePeer => Peer is null || Peer.IsServer == Address.IsServer;

    /// <summary>The database that holds what Godwit remembers here.</summary>
    internal int OwnDatabase => Address.Database ?? 0;

    internal string Shown => Opening.Shown;

    /// <summary>The hash that holds how far this server has got as a destination.</summary>
    internal string CheckpointKey => $"{CheckpointStem}{_partTag}";

    /// <summary>What the checkpoints of all parts of the migration begin with, and no other's.</summary>
    internal string CheckpointStem => $"{RedisScope.OwnPrefix}checkpoint:{Opening.Mark}";

    /// <summary>Keys that were given more time than they have, with the time that they have.</summary>
    internal string ExpiryKey => $"{RedisScope.OwnPrefix}expiry:{Opening.Mark}{_partTag}";

    /// <summary>A key that is written to see what the server makes of it, and removed at once.</summary>
    internal string ProbeKey => $"{RedisScope.OwnPrefix}probe:{Opening.Mark}{_partTag}";

    /// <summary>Where the value of a key is built before it gets its name: where that lies.</summary>
    internal string StagingKey(ReadOnlySpan<byte> key) => $"{RedisScope.OwnPrefix}staging:{Opening.Mark}"
        + (Owner.IsCluster ? SlotTag.Of(Commands.KeySlot.Of(key)) : "");

    /// <summary>The folder for what must outlive the process.</summary>
    internal string Folder => Opening.Folder
        ?? throw new InvalidOperationException("A store that was opened to be looked at remembers nothing.");

    internal static async Task<RedisSession> Open(
        StoreOpening opening, StoreRole role, CancellationToken cancellation)
    {
        var address = RedisAddress.Parse(opening.Address, opening.Shown);
        var peer = opening.Peer is { } other && RedisAddress.IsOurs(other)
            ? RedisAddress.Parse(other, opening.Elsewhere)
            : null;
        var session = new RedisSession(opening, role, address, peer);
        try
        {
            var connection = await session.Control(cancellation).ConfigureAwait(false);
            session.Facts = await ServerFacts.Ask(connection, cancellation).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The shared connection, in the database that holds what Godwit remembers.</summary>
    internal Task<RedisConnection> Control(CancellationToken cancellation) => At(OwnDatabase, cancellation);

    /// <summary>The shared connection for one database; nobody may select another one there.</summary>
    internal async Task<RedisConnection> At(int database, CancellationToken cancellation)
    {
        await _opening.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_connections.TryGetValue(database, out var present) && present.IsAlive)
                return present;
            if (present is not null)
                await present.DisposeAsync().ConfigureAwait(false);
            return _connections[database] = await Dial(database, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Asks the other side what it is; once.</summary>
    internal async Task AskPeer(CancellationToken cancellation)
    {
        if (Peer is null || PeerFacts != ServerFacts.Unknown)
            return;
        var connection = await DialPeer(cancellation).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var facts = await ServerFacts.Ask(connection, cancellation).ConfigureAwait(false);
        PeerFacts = await facts.WithCommands(connection, cancellation).ConfigureAwait(false);
    }

    /// <summary>The position up to which the other side has what this one did; 0 when it has nothing of it.</summary>
    internal async Task<long> TakenByPeer(uint timeline, CancellationToken cancellation)
    {
        if (Peer is null)
            return 0;
        var connection = await DialPeer(cancellation).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var remembered = await Writing.Checkpoint.Read(connection, CheckpointKey, cancellation).ConfigureAwait(false);
        return remembered?.Taken(timeline) ?? 0;
    }

    /// <summary>A connection of the caller's own.</summary>
    internal async Task<RedisConnection> Dial(int database, CancellationToken cancellation) => await RedisDialer.Open(
        await Owner.Find(cancellation).ConfigureAwait(false), database, Opening.Clock, cancellation)
        .ConfigureAwait(false);

    /// <summary>A connection of the caller's own to the other side, in its database.</summary>
    internal async Task<RedisConnection> DialPeer(CancellationToken cancellation) => await RedisDialer.Open(
        await _peer!.Find(cancellation).ConfigureAwait(false), Peer!.Database ?? 0, Opening.Clock, cancellation)
        .ConfigureAwait(false);

    /// <summary>Raises a problem unless the slots that are moved are at the server that is spoken to.</summary>
    /// <returns>What the cluster calls the server; null when it is of none.</returns>
    internal async Task<string?> EnsureSettled(CancellationToken cancellation)
    {
        if (!Owner.IsCluster)
            return null;
        var control = await Control(cancellation).ConfigureAwait(false);
        try
        {
            return await Owner.EnsureSettled(control, cancellation).ConfigureAwait(false);
        }
        catch (GodwitException)
        {
            // Another server may own them: it is looked for with the next connection.
            await control.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections.Values)
            await connection.DisposeAsync().ConfigureAwait(false);
        _connections.Clear();
        _opening.Dispose();
    }
}
