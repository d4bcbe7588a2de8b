using System.Globalization;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>All keys of a server at a moment at which nobody writes, except Godwit's own.</summary>
internal sealed class CachePicture
{
    private const int Databases = 16;
    private const string Own = "__gw:";

    /// <summary>How far a time to live may be from what the sender of the command expects, in milliseconds.</summary>
    private const long Tolerance = 2_000;

    private readonly Dictionary<CacheKey, CacheSight> _seen = [];
    private long _ended;

    public IEnumerable<CacheKey> Keys => _seen.Keys;

    /// <summary>Its libraries of functions.</summary>
    public string Functions { get; private set; } = "";

    public static async Task<CachePicture> Take(RedisServer server)
    {
        await using var client = await server.Connect();
        var picture = new CachePicture { Functions = await client.Text("FUNCTION", "LIST", "WITHCODE") };
        for (var database = 0; database < Databases; database++)
        {
            await client.Call("SELECT", database.ToString(CultureInfo.InvariantCulture));
            await picture.Look(client, database);
        }
        picture._ended = Now();
        return picture;
    }

    /// <summary>All keys of several servers together, each of which has the database 0 only.</summary>
    public static async Task<CachePicture> Take(IReadOnlyList<RedisServer> servers)
    {
        var picture = new CachePicture();
        foreach (var server in servers)
        {
            await using var client = await server.Connect();
            await picture.Look(client, 0);
        }
        picture._ended = Now();
        return picture;
    }

    /// <summary>Whether a key is what it has to be.</summary>
    public bool Fits(CacheKey key, CacheState? state)
    {
        if (!_seen.TryGetValue(key, out var sight))
            return state is null || state.Expires is { } soon && soon.From - Tolerance <= _ended;
        if (state is null || sight.Value.ToString() != state.Value.ToString())
            return false;
        return state.Expires is { } expires
            ? sight.Expires is { } at && at >= expires.From - Tolerance && at <= expires.Until + Tolerance
            : sight.Expires is null;
    }

    public string Say(CacheKey key) => _seen.TryGetValue(key, out var sight)
        ? $"{sight.Value}{(sight.Expires is { } at ? $", expires {at}" : "")}"
        : "absent";

    /// <summary>What another picture shows otherwise, of the keys that are meant. A key that expires while they are
    /// taken may be in one of them.</summary>
    public IReadOnlyList<string> Differences(CachePicture other, Func<CacheKey, bool> isMeant) =>
        [.. Keys.Union(other.Keys).Where(isMeant).Where(key => !IsLike(other, key)).Select(
            key => $"{key} is {Say(key)} {_seen.GetValueOrDefault(key)?.Detail} and "
                + $"{other.Say(key)} {other._seen.GetValueOrDefault(key)?.Detail} at the other side")];

    private async Task Look(RedisClient client, int database)
    {
        foreach (var (name, sight) in await new CacheReading(client).All())
        {
            if (!name.StartsWith(Own, StringComparison.Ordinal))
                _seen[new CacheKey(database, name)] = sight;
        }
    }

    private bool IsLike(CachePicture other, CacheKey key)
    {
        var (one, two) = (_seen.GetValueOrDefault(key), other._seen.GetValueOrDefault(key));
        if (one is not null && two is not null)
            return one.Value.ToString() == two.Value.ToString() && one.Expires == two.Expires
                && one.Detail == two.Detail;
        return (one ?? two)!.Expires is { } at && at <= Math.Max(_ended, other._ended);
    }

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
