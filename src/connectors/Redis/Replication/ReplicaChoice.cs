using System.Globalization;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>Chooses the server that is followed: a replica of the one that is moved, so that the primary need neither
/// fork nor keep a buffer for Godwit; the primary itself when it has none that can be used.</summary>
internal sealed class ReplicaChoice(RedisEndpoint primary, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Where to attach now; asked again whenever a link is opened.</summary>
    internal async Task<RedisEndpoint> Choose(CancellationToken cancellation)
    {
        var connection = await RedisDialer.Open(primary, 0, clock, cancellation).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        foreach (var replica in await Replicas(connection, cancellation).ConfigureAwait(false))
        {
            if (await IsUsable(replica, cancellation).ConfigureAwait(false))
                return replica;
        }
        return primary;
    }

    /// <summary>Replicas that the primary knows and that say where they listen.</summary>
    private async Task<List<RedisEndpoint>> Replicas(RedisConnection connection, CancellationToken cancellation)
    {
        var info = await connection.Call(cancellation, "INFO", "replication").ConfigureAwait(false);
        var replicas = new List<RedisEndpoint>();
        foreach (var (name, value) in ServerFacts.Parse(info.Text))
        {
            if (!name.StartsWith("slave", StringComparison.Ordinal)
                || !int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                continue;
            var facts = value.Split(',').Select(one => one.Split('=', 2)).Where(one => one.Length == 2)
                .ToDictionary(one => one[0], one => one[1], StringComparer.Ordinal);
            if (facts.GetValueOrDefault("state") == "online" && facts.TryGetValue("ip", out var host)
                && int.TryParse(facts.GetValueOrDefault("port"), CultureInfo.InvariantCulture, out var port)
                && port > 0)
                replicas.Add(primary with { Host = host, Port = port });
        }
        return replicas;
    }

    /// <summary>Whether it answers, and has a link to the primary.</summary>
    private async Task<bool> IsUsable(RedisEndpoint replica, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            var connection = await RedisDialer.Open(replica, 0, clock, either.Token).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            var info = ServerFacts.Parse(
                (await connection.Call(either.Token, "INFO", "replication").ConfigureAwait(false)).Text);
            return info.GetValueOrDefault("role") == "slave" && info.GetValueOrDefault("master_link_status") == "up";
        }
        catch (Exception failure) when (failure is GodwitException
            || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }
}
