using System.Globalization;
using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis.Clusters;

/// <summary>Which primary of a cluster owns which slots, as one of its nodes sees it.</summary>
internal static class ClusterMap
{
    /// <summary>The primaries that own slots, by their lowest one; null when the server is of no cluster.</summary>
    internal static async Task<IReadOnlyList<ClusterNode>?> Ask(
        RedisConnection connection, CancellationToken cancellation)
    {
        var reply = (await connection.Send(CommandBatch.Of("CLUSTER", "SLOTS"), cancellation).ConfigureAwait(false))[0];
        if (reply.IsError)
            return IsNoCluster(reply) ? null : throw RedisFailures.Said(connection.Endpoint, reply);
        return [.. reply.Items
            .GroupBy(range => range.Items[2].Items[2].Text)
            .Select(ranges => Node(ranges.Key, [.. ranges]))
            .OrderBy(node => node.Slots.First)];
    }

    /// <summary>Slots that are on their way from or to the node that is asked.</summary>
    internal static async Task<SlotSet> Open(RedisConnection connection, CancellationToken cancellation)
    {
        var nodes = await connection.Call(cancellation, "CLUSTER", "NODES").ConfigureAwait(false);
        var own = nodes.Text.Split('\n').First(line => line.Contains("myself", StringComparison.Ordinal));
        // For example [93-<-292f8b…] and [77->-e7d1ee…].
        return SlotSet.Of(own.Split(' ').Where(word => word.StartsWith('[')).Select(word =>
        {
            var slot = int.Parse(word[1..].Split('-')[0], CultureInfo.InvariantCulture);
            return (slot, slot);
        }));
    }

    /// <summary>Whether a node says that a key is, or may be, at another one.</summary>
    internal static bool SaysElsewhere(RespValue reply) => reply.IsError
        && (reply.Text.StartsWith("MOVED ", StringComparison.Ordinal)
            || reply.Text.StartsWith("ASK ", StringComparison.Ordinal)
            || reply.Text.StartsWith("TRYAGAIN", StringComparison.Ordinal));

    private static bool IsNoCluster(RespValue error) =>
        error.Text.Contains("cluster support disabled", StringComparison.OrdinalIgnoreCase)
        || error.Text.Contains("unknown command", StringComparison.OrdinalIgnoreCase);

    private static ClusterNode Node(string id, RespValue[] ranges)
    {
        var primary = ranges[0].Items[2].Items;
        var host = primary[0].IsNull || primary[0].Text is "" or "?" ? null : primary[0].Text;
        return new ClusterNode(
            id, host, (int)primary[1].Number,
            SlotSet.Of(ranges.Select(one => ((int)one.Items[0].Number, (int)one.Items[1].Number))));
    }
}
