using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>Reads all keys of the selected database with the plain commands of their types.</summary>
internal sealed class CacheReading(RedisClient client)
{
    private const string AtOnce = "500";

    public async Task<Dictionary<string, CacheSight>> All()
    {
        var all = new Dictionary<string, CacheSight>(StringComparer.Ordinal);
        var cursor = "0";
        do
        {
            var page = (object?[])(await client.Call("SCAN", cursor, "COUNT", AtOnce))!;
            cursor = Text(page[0]);
            var names = ((object?[])page[1]!).Select(Text).ToList();
            var facts = await client.CallAll([.. names.SelectMany(
                one => (object[][])[["TYPE", one], ["PEXPIRETIME", one]])]);
            var types = names.Select((_, i) => (string)facts[2 * i]!).ToList();
            var values = await client.CallAll([.. names.Select((one, i) => Read(one, types[i]))]);
            for (var i = 0; i < names.Count; i++)
            {
                if (Sight(types[i], values[i], (long)facts[(2 * i) + 1]!) is { Value.IsNothing: false } sight)
                    all[names[i]] = sight;
            }
        }
        while (cursor != "0");
        return all;
    }

    private static object[] Read(string key, string type) => type switch
    {
        "string" => ["GET", key],
        "list" => ["LRANGE", key, "0", "-1"],
        "set" => ["SMEMBERS", key],
        "zset" => ["ZRANGE", key, "0", "-1", "WITHSCORES"],
        "hash" => ["HGETALL", key],
        "stream" => ["XINFO", "STREAM", key, "FULL", "COUNT", "0"],
        _ => ["TYPE", key],
    };

    /// <returns>Null for a key that has expired meanwhile.</returns>
    private static CacheSight? Sight(string type, object? reply, long expires)
    {
        var empty = CacheValue.Empty(type);
        long? at = expires < 0 ? null : expires;
        if (reply is null or RedisRefusal || type == "none")
            return null;
        if (type == "string")
            return new CacheSight(empty.With("", Text(reply)), at, "");
        var items = (object?[])reply;
        return type switch
        {
            "list" => new CacheSight(empty with { Elements = [.. items.Select(Text)] }, at, ""),
            "set" => new CacheSight(
                empty with { Fields = Pairs([.. items.SelectMany(one => new[] { one, "" })]) }, at, ""),
            "stream" => StreamSight.Of(items, at),
            "zset" => new CacheSight(empty with { Fields = Pairs([.. items.Select(Score)]) }, at, ""),
            _ => new CacheSight(empty with { Fields = Pairs(items) }, at, ""),
        };
    }

    /// <summary>Every other one is a score, which versions write with more or fewer digits.</summary>
    private static object? Score(object? item, int at) => at % 2 == 0
        ? item
        : double.Parse(Text(item), CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);

    private static ImmutableSortedDictionary<string, string> Pairs(object?[] items) =>
        items.Chunk(2).ToImmutableSortedDictionary(
            one => Text(one[0]), one => Text(one[1]), StringComparer.Ordinal);

    internal static string Text(object? reply) => reply as string
        ?? (reply is byte[] bytes
            ? Encoding.UTF8.GetString(bytes)
            : Convert.ToString(reply, CultureInfo.InvariantCulture)!);
}
