using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis.Clusters;

/// <summary>A primary of a cluster.</summary>
/// <param name="Id">What the cluster calls it.</param>
/// <param name="Host">Where it listens; null: where it was asked.</param>
/// <param name="Port">There.</param>
/// <param name="Slots">What it owns.</param>
internal sealed record ClusterNode(string Id, string? Host, int Port, SlotSet Slots)
{
    /// <summary>Where it is reached, as a server that was asked says.</summary>
    internal RedisEndpoint Endpoint(RedisEndpoint asked) => asked with { Host = Host ?? asked.Host, Port = Port };
}
