using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Clusters;

/// <summary>Finds the server that an address means: the one that it names, the primary that its Sentinels name, or the
/// primary of its cluster that owns its slots.</summary>
/// <remarks>A part of a move is tied to its slots, and not to a server: when a replica takes over, it is found. Slots
/// that came apart are not followed further here, since no order of events is known across servers: the move is cut
/// anew. For several tasks at
/// once.</remarks>
internal sealed class SlotOwner(RedisAddress address, string shown, TimeProvider clock)
{
    private IReadOnlyList<RedisEndpoint> _nodes = [address.Endpoint];

    /// <summary>What the server owns that was found last; all slots where it is of no cluster.</summary>
    internal SlotSet Owned { get; private set; } = SlotSet.All;

    /// <summary>Whether the server that was found last is of a cluster.</summary>
    internal bool IsCluster { get; private set; }

    /// <exception cref="GodwitException">None of the known servers answers, or the slots have come apart.</exception>
    internal async Task<RedisEndpoint> Find(CancellationToken cancellation) =>
        (await Locate(cancellation).ConfigureAwait(false)).Endpoint;

    /// <summary>The same, with what its cluster calls it; null where it is of none.</summary>
    /// <exception cref="GodwitException">None of the known servers answers, or the slots have come apart.</exception>
    internal async Task<(RedisEndpoint Endpoint, string? Node)> Locate(CancellationToken cancellation)
    {
        if (address is { Slots: null, Sentinel: null })
            return (address.Endpoint, null);
        var nodes = _nodes;
        for (var i = 0; ; i++)
        {
            try
            {
                return address.Sentinel is { } name
                    ? (await AskSentinel(nodes[i], name, cancellation).ConfigureAwait(false), null)
                    : await Ask(nodes[i], cancellation).ConfigureAwait(false);
            }
            catch (GodwitException failure) when (failure.Problem.Recovery == Recovery.Retry && i < nodes.Count - 1)
            {
                // Another node knows.
            }
        }
    }

    /// <summary>A connection to any server that is known, whatever it owns; the caller disposes it.</summary>
    internal async Task<RedisConnection> Any(CancellationToken cancellation)
    {
        var nodes = _nodes;
        for (var i = 0; ; i++)
        {
            try
            {
                return await RedisDialer.Open(nodes[i], 0, clock, cancellation).ConfigureAwait(false);
            }
            catch (GodwitException failure) when (failure.Problem.Recovery == Recovery.Retry && i < nodes.Count - 1)
            {
                // Another node knows.
            }
        }
    }

    /// <summary>Raises a problem unless all slots are there, and none is about to leave or to come.</summary>
    /// <param name="connection">To the server that was found.</param>
    /// <param name="cancellation">Ends the asking.</param>
    /// <returns>What the cluster calls the server; null when it is of none.</returns>
    internal async Task<string?> EnsureSettled(RedisConnection connection, CancellationToken cancellation)
    {
        if (!IsCluster)
            return null;
        var map = await ClusterMap.Ask(connection, cancellation).ConfigureAwait(false) ?? [];
        var open = (await ClusterMap.Open(connection, cancellation).ConfigureAwait(false)).Both(address.Slots!);
        var owner = map.FirstOrDefault(one => one.Endpoint(connection.Endpoint) == connection.Endpoint);
        if (owner is null || !owner.Slots.Contains(address.Slots!))
        {
            // A replica that took over has all of them, and is found with the next connection.
            throw new GodwitException(map.Any(one => one.Slots.Contains(address.Slots!))
                ? RedisProblems.Busy(shown, "Its slots are served by another server")
                : RedisProblems.SlotsMoved(shown, $"{address.Slots}"));
        }
        return open.IsEmpty
            ? owner.Id
            : throw new GodwitException(RedisProblems.SlotsMoving(shown, $"{open}"));
    }

    /// <remarks>Redis documentation, "Guidelines for Redis clients with support for Redis Sentinel". Sentinels have no
    /// users of the servers that they watch; one that lets nobody in unknown gets the same password.</remarks>
    private async Task<RedisEndpoint> AskSentinel(RedisEndpoint sentinel, string name, CancellationToken cancellation)
    {
        var connection = await RedisDialer.Open(
            sentinel with { User = null, Password = null }, 0, clock, cancellation).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var ask = CommandBatch.Of("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name).Add("SENTINEL", "SENTINELS", name);
        var replies = await connection.Send(ask, cancellation).ConfigureAwait(false);
        if (replies[0].IsError && replies[0].Text.StartsWith("NOAUTH", StringComparison.Ordinal)
            && address.Endpoint.Password is { } password)
        {
            connection.ThrowIfError(await connection.Send(CommandBatch.Of("AUTH", password), cancellation)
                .ConfigureAwait(false));
            replies = await connection.Send(ask, cancellation).ConfigureAwait(false);
        }
        if (replies[0].IsNull)
            throw new GodwitException(RedisProblems.NoPrimary(shown, name));
        connection.ThrowIfError(replies);
        _nodes = [sentinel, .. replies[1].Items
            .Select(one => sentinel with { Host = one["ip"]!.Text, Port = (int)one["port"]!.Number })];
        return address.Endpoint with { Host = replies[0].Items[0].Text, Port = (int)replies[0].Items[1].Number };
    }

    private async Task<(RedisEndpoint Endpoint, string? Node)> Ask(
        RedisEndpoint node, CancellationToken cancellation)
    {
        var connection = await RedisDialer.Open(node, 0, clock, cancellation).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        if (await ClusterMap.Ask(connection, cancellation).ConfigureAwait(false) is not { } map)
        {
            (IsCluster, Owned) = (false, SlotSet.All);
            return (node, null);
        }
        var owner = map.FirstOrDefault(one => one.Slots.Contains(address.Slots!))
            ?? throw new GodwitException(RedisProblems.SlotsMoved(shown, $"{address.Slots}"));
        var endpoint = owner.Endpoint(node);
        (IsCluster, Owned) = (true, owner.Slots);
        _nodes = [endpoint, .. map.Select(one => one.Endpoint(node)).Where(one => one != endpoint)];
        return (endpoint, owner.Id);
    }
}
