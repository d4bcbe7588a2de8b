using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>Rows of a table of keys beside the keys themselves, both read without Godwit and told in one
/// form.</summary>
internal static class TableReading
{
    /// <summary>What asks SQLite for rows.</summary>
    public const string InSqlite = "SELECT hex(key), hex(type), hex(value), hex(expires_at) FROM \"keys\"";

    /// <summary>What asks PostgreSQL.</summary>
    public const string InPostgreSql =
        """
        SELECT encode(convert_to(key, 'UTF8'), 'hex'), encode(convert_to(type, 'UTF8'), 'hex'),
        encode(convert_to(value, 'UTF8'), 'hex'), encode(convert_to(coalesce(expires_at, ''), 'UTF8'), 'hex') FROM keys
        """;

    /// <summary>What PEXPIRETIME answers for a key that is not there.</summary>
    private const long IsGone = -2;

    /// <param name="answer">Lines of four hexadecimal texts with bars between.</param>
    public static SortedDictionary<string, string> Rows(string answer)
    {
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in answer.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split('|').Select(one => Encoding.UTF8.GetString(Convert.FromHexString(one))).ToArray();
            rows.Add(parts[0], $"{Row(parts[1], parts[2])} {parts[3]}");
        }
        return rows;
    }

    /// <summary>All keys of a database, but Godwit's own and those whose time passes while they are read.</summary>
    public static async Task<SortedDictionary<string, string>> Keys(RedisServer server)
    {
        await using var client = await server.Connect();
        var keys = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in ((object?[])(await client.Call("KEYS", "*"))!).Cast<byte[]>())
        {
            if (Latin(name).StartsWith("__gw:", StringComparison.Ordinal))
                continue;
            var type = await client.Text("TYPE", name);
            var replies = (object?[])(await client.CallAll(
                [["MULTI"], ["PEXPIRETIME", name], .. Reads(type, name), ["EXEC"]]))[^1]!;
            var (expires, read) = ((long)replies[0]!, replies[1..]);
            var time = expires < 0
                ? ""
                : DateTimeOffset.FromUnixTimeMilliseconds(expires).UtcDateTime.ToString(
                    "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
            if (expires != IsGone)
                keys.Add(Name(name), $"{type} {Key(type, read)} {time}");
        }
        return keys;
    }

    private static string Row(string type, string value)
    {
        if (type is "string")
            return $"string {Latin(Encoding.UTF8.GetBytes(value))}";
        if (type is "bytes")
            return $"string {Latin(Convert.FromBase64String(value))}";
        var json = JsonNode.Parse(value)!;
        return $"{type} " + type switch
        {
            "list" => Joined(json.AsArray().Select(Text)),
            "set" => Joined(json.AsArray().Select(Text).Order(StringComparer.Ordinal)),
            "hash" when json is JsonObject fields => Joined(fields
                .Select(one => $"{Latin(Encoding.UTF8.GetBytes(one.Key))}={Text(one.Value)}")
                .Order(StringComparer.Ordinal)),
            "hash" => Joined(json.AsArray().Select(one => $"{Text(one![0])}={Text(one[1])}")
                .Order(StringComparer.Ordinal)),
            "zset" => Joined(json.AsArray().Select(one => $"{Text(one![0])}={Score($"{one[1]}")}")
                .Order(StringComparer.Ordinal)),
            "stream" => Joined(json["entries"]!.AsArray().SelectMany(one => one!.AsArray()).Select(Text))
                + $" {json["last_id"]} {json["entries_added"]} {json["groups"]!.AsArray().Count}"
                + $" {json["groups"]!.AsArray().Sum(group => group!["consumers"]!.AsArray().Sum(
                    consumer => consumer!["pending"]!.AsArray().Count))}",
            _ => throw new InvalidOperationException(type),
        };
    }

    private static object[][] Reads(string type, byte[] name) => type switch
    {
        "string" => [["GET", name]],
        "list" => [["LRANGE", name, "0", "-1"]],
        "set" => [["SMEMBERS", name]],
        "hash" => [["HGETALL", name]],
        "zset" => [["ZRANGE", name, "0", "-1", "WITHSCORES"]],
        "stream" => [["XRANGE", name, "-", "+"], ["XINFO", "STREAM", name], ["XINFO", "GROUPS", name]],
        _ => [],
    };

    private static string Key(string type, object?[] replies) => type switch
    {
        "string" => Latin((byte[])replies[0]!),
        "list" => Joined(Many(replies[0])),
        "set" => Joined(Many(replies[0]).Order(StringComparer.Ordinal)),
        "hash" => Joined(Pairs(Many(replies[0]), one => one)),
        "zset" => Joined(Pairs(Many(replies[0]), Score)),
        _ => Stream((object?[])replies[0]!, (object?[])replies[1]!, (object?[])replies[2]!),
    };

    private static string Stream(object?[] entries, object?[] info, object?[] groups)
    {
        var words = entries.Cast<object?[]>().SelectMany(
            one => (string[])[Latin((byte[])one[0]!), .. Many(one[1])]);
        var pending = groups.Cast<object?[]>().Sum(
            one => int.Parse(After(one, "pending"), CultureInfo.InvariantCulture));
        return $"{Joined(words)} {After(info, "last-generated-id")} {After(info, "entries-added")} {groups.Length}"
            + $" {pending}";
    }

    private static string After(object?[] info, string name) => RedisClient.AsText(
        info[Array.FindIndex(info, one => RedisClient.AsText(one) == name) + 1]);

    private static string[] Many(object? reply) => [.. ((object?[])reply!).Select(one => Latin((byte[])one!))];

    private static IEnumerable<string> Pairs(string[] words, Func<string, string> value) =>
        words.Chunk(2).Select(one => $"{one[0]}={value(one[1])}").Order(StringComparer.Ordinal);

    private static string Score(string text) => text is "inf" or "-inf"
        ? text
        : double.Parse(text, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);

    private static string Text(JsonNode? node) => Latin(node is JsonObject bytes
        ? Convert.FromBase64String((string)bytes["base64"]!)
        : Encoding.UTF8.GetBytes((string)node!));

    private static string Joined(IEnumerable<string> words) => string.Join('\u001f', words);

    private static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>Names in these tests are UTF-8, but for one.</summary>
    private static string Name(byte[] name) =>
        name is [(byte)'k', 0xff] ? @"k\xff" : Encoding.UTF8.GetString(name);
}
