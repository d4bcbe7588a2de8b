using System.Globalization;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>Keys beside those that are moved, which nobody writes: each must stay the same byte for byte.</summary>
internal static class QuietKeys
{
    public const string Prefix = "t:4:";

    /// <summary>This database and those after it are nobody's but theirs.</summary>
    public const int FirstDatabase = 5;

    private static readonly int[] Databases = [0, FirstDatabase];

    /// <summary>Of every type, with and without expiry, beside the moved ones by their names and in another
    /// database.</summary>
    public static async Task Write(RedisServer server)
    {
        await using var client = await server.Connect();
        foreach (var database in Databases)
        {
            // In the other database also under the names of moved ones.
            var prefix = database == 0 ? Prefix : "t:42:";
            await client.Call("SELECT", Text(database));
            for (var i = 0; i < 50; i++)
            {
                await client.Call("SET", $"{prefix}s{Text(i)}", Text(i * i), "PX", Text(3_600_000 + i));
                await client.Call("RPUSH", $"{prefix}l{Text(i)}", "a", Text(i), new string('x', 10 * i));
                await client.Call("ZADD", $"{prefix}z{Text(i)}", Text(i), "m", "1e-9", Text(i));
                await client.Call("HSET", $"{prefix}h{Text(i)}", "f", Text(i), "g", new string('y', i));
                await client.Call("XADD", $"{prefix}x{Text(i)}", "1-1", "f", Text(i));
            }
        }
    }

    /// <summary>All of them as DUMP gives them, with their expiries.</summary>
    public static async Task<IReadOnlyList<string>> Read(RedisServer server)
    {
        await using var client = await server.Connect();
        var all = new List<string>();
        foreach (var database in Databases)
        {
            await client.Call("SELECT", Text(database));
            var names = (object?[])(await client.Call("KEYS", database == 0 ? $"{Prefix}*" : "*"))!;
            foreach (var name in names.Select(RedisClient.AsText).Order(StringComparer.Ordinal))
                all.Add($"{Text(database)} {name} {Convert.ToHexString((byte[])(await client.Call("DUMP", name))!)}"
                    + $" {await client.Text("PEXPIRETIME", name)}");
        }
        return all;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
