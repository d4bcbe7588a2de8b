using System.Globalization;
using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis;

/// <summary>What a server says of itself.</summary>
/// <param name="Version">Of Redis that it is like: a fork says it beside its own.</param>
/// <param name="IsReplica">Whether it follows another server.</param>
/// <param name="IsCluster">Whether it is a node of a cluster.</param>
/// <param name="IsValkey">Whether it is a Valkey of 9.0 or later, which numbers its types anew.</param>
internal sealed record ServerFacts(Version Version, bool IsReplica, bool IsCluster, bool IsValkey)
{
    private static readonly Version OwnTypes = new(9, 0);
    private static readonly Version SetsAbsolutely = new(6, 2);

    /// <summary>Whether it tells times to live as clients give them, and lacks what newer servers know.</summary>
    internal bool IsBefore7 => Version.Major is > 0 and < 7;

    /// <summary>Whether its SET takes no point in time.</summary>
    internal bool IsBefore62 => IsBefore7 && Version < SetsAbsolutely;

    /// <summary>Names of all its commands where it is older than 7.0 and they were asked for; otherwise null.</summary>
    internal IReadOnlySet<string>? Commands { get; init; }

    internal static ServerFacts Unknown { get; } = new(new Version(), false, false, false);

    internal static async Task<ServerFacts> Ask(RedisConnection connection, CancellationToken cancellation)
    {
        var info = Parse((await connection.Call(cancellation, "INFO").ConfigureAwait(false)).Text);
        _ = Version.TryParse(info.GetValueOrDefault("redis_version", ""), out var version);
        return new ServerFacts(
            version ?? new Version(), info.GetValueOrDefault("role") == "slave",
            info.GetValueOrDefault("cluster_enabled") == "1",
            Version.TryParse(info.GetValueOrDefault("valkey_version", ""), out var fork) && fork >= OwnTypes);
    }

    /// <summary>The same with the names of its commands, where newer servers have more.</summary>
    internal async Task<ServerFacts> WithCommands(RedisConnection connection, CancellationToken cancellation)
    {
        if (!IsBefore7)
            return this;
        var reply = await connection.Call(cancellation, "COMMAND").ConfigureAwait(false);
        return this with
        {
            Commands = reply.Items.Where(one => !one.IsNull).Select(one => one.Items[0].Text)
                .ToHashSet(StringComparer.OrdinalIgnoreCase),
        };
    }

    /// <summary>Lines of <c>name:value</c>; headings begin with a sharp.</summary>
    internal static Dictionary<string, string> Parse(string text)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!line.StartsWith('#') && line.Split(':', 2) is [var name, var value])
                facts[name] = value;
        }
        return facts;
    }

    /// <summary>How many keys each database that has any holds.</summary>
    internal static async Task<SortedDictionary<int, long>> Databases(
        RedisConnection connection, CancellationToken cancellation)
    {
        var databases = new SortedDictionary<int, long>();
        var info = await connection.Call(cancellation, "INFO", "keyspace").ConfigureAwait(false);
        foreach (var (name, value) in Parse(info.Text))
        {
            var keys = value.Split(',')[0].Split('=')[^1];
            databases[int.Parse(name.AsSpan(2), CultureInfo.InvariantCulture)] =
                long.Parse(keys, CultureInfo.InvariantCulture);
        }
        return databases;
    }
}
