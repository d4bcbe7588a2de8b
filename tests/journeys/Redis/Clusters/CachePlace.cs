using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.Redis.Clusters;

/// <summary>A side of a move: one server, or a cluster of them.</summary>
/// <param name="Address">As a migration file names it.</param>
/// <param name="Owner">The server that has the keys of a slot.</param>
/// <param name="Servers">Those that have keys.</param>
/// <param name="IsCluster">Whether keys of several slots cannot be in one command.</param>
internal sealed record CachePlace(
    string Address, Func<int, RedisServer> Owner, Func<IReadOnlyList<RedisServer>> Servers, bool IsCluster)
{
    public static CachePlace Of(RedisServer server) => new(
        $"redis://127.0.0.1:{server.Port}", _ => server, () => [server], false);

    /// <param name="cluster">Is asked through one of its servers, which may own anything.</param>
    public static CachePlace Of(RedisCluster cluster) => new(
        $"redis://127.0.0.1:{cluster.Nodes[^1].Port}", cluster.Owner, () => cluster.Primaries, true);
}
