using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Clusters;

/// <summary>Finds the server that an address means: the one that it names, or the primary of its cluster that owns its
/// slots.</summary>
/// <remarks>A part of a move is tied to its slots, and not to a server: when a replica takes over, it is found. Slots
/// that came apart are not followed further, since no order of events is known across servers. For several tasks at
/// once.</remarks>
internal sealed class SlotOwner(RedisAddress address, string shown, TimeProvider clock)
{
    private IReadOnlyList<RedisEndpoint> _nodes = [address.Endpoint];

    /// <summary>What the server owns that was found last; all slots where it is of no cluster.</summary>
    internal SlotSet Owned { get; private set; } = SlotSet.All;

    /// <summary>Whether the server that was found last is of a cluster.</summary>
    internal bool IsCluster { get; private set; }

    /// <exception cref="GodwitException">None of the known servers answers, or the slots have come apart.</exception>
    internal async Task<RedisEndpoint> Find(CancellationToken cancellation)
    {
        if (address.Slots is null)
            return address.Endpoint;
        var nodes = _nodes;
        for (var i = 0; ; i++)
        {
            try
            {
                return await Ask(nodes[i], cancellation).ConfigureAwait(false);
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
    internal async Task EnsureSettled(RedisConnection connection, CancellationToken cancellation)
    {
        if (!IsCluster)
            return;
        var map = await ClusterMap.Ask(connection, cancellation).ConfigureAwait(false) ?? [];
        var open = (await ClusterMap.Open(connection, cancellation).ConfigureAwait(false)).Both(address.Slots!);
        var owner = map.FirstOrDefault(one => Endpoint(one, connection.Endpoint) == connection.Endpoint);
        if (owner is null || !owner.Slots.Contains(address.Slots!))
        {
            // A replica that took over has all of them, and is found with the next connection.
            throw new GodwitException(map.Any(one => one.Slots.Contains(address.Slots!))
                ? RedisProblems.Busy(shown, "Its slots are served by another server")
                : RedisProblems.SlotsMoved(shown, $"{address.Slots}"));
        }
        if (!open.IsEmpty)
            throw new GodwitException(RedisProblems.SlotsMoving(shown, $"{open}"));
    }

    private async Task<RedisEndpoint> Ask(RedisEndpoint node, CancellationToken cancellation)
    {
        var connection = await RedisDialer.Open(node, 0, clock, cancellation).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        if (await ClusterMap.Ask(connection, cancellation).ConfigureAwait(false) is not { } map)
        {
            (IsCluster, Owned) = (false, SlotSet.All);
            return node;
        }
        var owner = map.FirstOrDefault(one => one.Slots.Contains(address.Slots!))
            ?? throw new GodwitException(RedisProblems.SlotsMoved(shown, $"{address.Slots}"));
        var endpoint = Endpoint(owner, node);
        (IsCluster, Owned) = (true, owner.Slots);
        _nodes = [endpoint, .. map.Select(one => Endpoint(one, node)).Where(one => one != endpoint)];
        return endpoint;
    }

    private static RedisEndpoint Endpoint(ClusterNode node, RedisEndpoint asked) =>
        asked with { Host = node.Host ?? asked.Host, Port = node.Port };
}
