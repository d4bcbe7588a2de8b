using System.Globalization;
using System.Text;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Conformance;

/// <summary>Records as an application keeps them in Redis: the number says the type, and whether they expire.</summary>
internal static class RedisRecord
{
    /// <summary>Long after any test.</summary>
    private const long Later = 4_102_444_800_000;

    /// <summary>The commands that make a record of a key that is not there.</summary>
    internal static IEnumerable<object[]> Write(string key, int number, string content)
    {
        yield return (number % 6) switch
        {
            0 => ["SET", key, content],
            1 => ["RPUSH", key, content, "7", content],
            2 => ["SADD", key, content, "7", "x"],
            3 => ["HSET", key, "what", content, "", "7"],
            4 => ["ZADD", key, "1.5", content, "-inf", "x"],
            _ => ["XADD", key, "5-1", "what", content],
        };
        if (number % 2 == 0)
            yield return ["PEXPIREAT", key, Text(Later + number)];
    }

    /// <summary>Everything about a key that counts.</summary>
    internal static async Task<string> Read(RedisClient client, string key)
    {
        var type = await client.Text("TYPE", key);
        var value = type switch
        {
            "string" => await client.Text("GET", key),
            "list" => await client.Text("LRANGE", key, "0", "-1"),
            "set" => string.Join(' ', (await Members(client, "SMEMBERS", key)).Order(StringComparer.Ordinal)),
            "hash" => string.Join(' ', (await Members(client, "HGETALL", key)).Chunk(2)
                .Select(one => string.Join('=', one)).Order(StringComparer.Ordinal)),
            "zset" => await client.Text("ZRANGE", key, "0", "-1", "WITHSCORES"),
            "stream" => await client.Text("XRANGE", key, "-", "+"),
            _ => "",
        };
        return $"{type} {Text(await Expiry(client, key))} {value}";
    }

    /// <summary>When a key expires: Unix milliseconds; −1: never. From servers of all versions, and exact.</summary>
    internal static async Task<long> Expiry(RedisClient client, string key)
    {
        while (true)
        {
            await client.Call("MULTI");
            foreach (var words in (object[][])[["TIME"], ["PTTL", key], ["TIME"]])
                await client.Call(words);
            var replies = (object?[])(await client.Call("EXEC"))!;
            var (before, left, after) = (Ms(replies[0]), (long)replies[1]!, Ms(replies[2]));
            if (left < 0 || before == after)
                return left < 0 ? left : before + left;
        }
    }

    private static long Ms(object? time)
    {
        var parts = ((object?[])time!).Select(one => long.Parse(Encoding.ASCII.GetString((byte[])one!))).ToArray();
        return (parts[0] * 1000) + (parts[1] / 1000);
    }

    /// <summary>Changes one thing of a record.</summary>
    internal static async Task Damage(RedisClient client, string key, string what)
    {
        var type = await client.Text("TYPE", key);
        switch (what)
        {
            case "an element more":
                await client.Call(More(type, key));
                break;
            case "an element less":
                await client.Call(await Less(client, type, key));
                break;
            case "another type":
                await client.Call("DEL", key);
                await client.Call("SETBIT", key, "7", "1");
                break;
            case "an expiry":
                await client.Call("PEXPIREAT", key, Text(Later - 1));
                break;
            default:
                await client.Call("PEXPIREAT", key, Text(Later + 1_000_000));
                await client.Call("PEXPIREAT", key, Text(Later + 1_000_001));
                break;
        }
    }

    private static object[] More(string type, string key) => type switch
    {
        "list" => ["RPUSH", key, ""],
        "set" => ["SADD", key, "one more"],
        "hash" => ["HSET", key, "one more", ""],
        "zset" => ["ZADD", key, "0", "one more"],
        "stream" => ["XADD", key, "6-1", "one", "more"],
        _ => ["APPEND", key, "more"],
    };

    private static async Task<object[]> Less(RedisClient client, string type, string key) => type switch
    {
        "list" => ["LPOP", key],
        "set" => ["SREM", key, "x"],
        "hash" => ["HDEL", key, ""],
        "zset" => ["ZREM", key, "x"],
        "stream" => ["XDEL", key, "5-1"],
        _ => ["SET", key, (await client.Text("GET", key))[1..], "KEEPTTL"],
    };

    private static async Task<IEnumerable<string>> Members(RedisClient client, params object[] words) =>
        ((object?[])(await client.Call(words))!).Select(one => Encoding.UTF8.GetString((byte[])one!));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
