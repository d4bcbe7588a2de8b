using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Clusters;

/// <summary>Who owns which slots of a cluster, as all of its primaries say.</summary>
/// <param name="Nodes">The primaries that own slots, by their lowest one.</param>
/// <param name="IsSettled">Whether all of them were reached and say the same, and none gives or takes a slot.</param>
internal sealed record ClusterSurvey(IReadOnlyList<ClusterNode> Nodes, bool IsSettled)
{
    /// <summary>A map that has not changed for so long is taken for one that stays: who moves many slots one after the
    /// other makes no longer pauses.</summary>
    internal static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <summary>The same text for the same owners of the same slots.</summary>
    internal string Text => Say(Nodes);

    /// <summary>Asks the node, and then every primary that it knows.</summary>
    /// <param name="node">A connection to any node.</param>
    /// <param name="clock">For connections.</param>
    /// <param name="cancellation">Ends the asking.</param>
    /// <returns>Null when it is of no cluster.</returns>
    internal static async Task<ClusterSurvey?> Take(
        RedisConnection node, TimeProvider clock, CancellationToken cancellation)
    {
        if (await ClusterMap.Ask(node, cancellation).ConfigureAwait(false) is not { } map)
            return null;
        var isSettled = map.Sum(one => one.Slots.Count) == SlotSet.All.Count;
        try
        {
            foreach (var one in map)
            {
                var connection = await RedisDialer.Open(one.Endpoint(node.Endpoint), 0, clock, cancellation)
                    .ConfigureAwait(false);
                await using var _ = connection.ConfigureAwait(false);
                var its = await ClusterMap.Ask(connection, cancellation).ConfigureAwait(false) ?? [];
                var open = await ClusterMap.Open(connection, cancellation).ConfigureAwait(false);
                isSettled &= open.IsEmpty && Say(its) == Say(map);
            }
        }
        catch (GodwitException failure) when (failure.Problem.Recovery == Recovery.Retry)
        {
            isSettled = false; // Who cannot be asked may be giving slots away.
        }
        return new ClusterSurvey(map, isSettled);
    }

    private static string Say(IReadOnlyList<ClusterNode> nodes) =>
        string.Join(' ', nodes.Select(one => $"{one.Id}={one.Slots}"));
}
