using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>Keys as caches have them, and commands that change them.</summary>
internal static class RedisData
{
    private const int Members = 20;
    private const int LargeMembers = 100_000;
    private const int Spread = 100_000;
    private const int Kinds = 5;
    private const string Mark = "mark";

    /// <summary>Strings of 128 random bytes.</summary>
    internal static void MakeStrings(RedisServers servers, int keys)
    {
        var dice = new Dice(128);
        object[] String(int number)
        {
            var value = new byte[128];
            dice.Fill(value);
            return ["SET", $"key:{Text(number)}", value];
        }
        Make(servers, Enumerable.Range(0, keys).Select(String));
    }

    /// <summary>Strings, hashes, sorted sets, sets of integers, lists and streams; and a large hash, sorted set, set
    /// and list.</summary>
    internal static void MakeMixed(RedisServers servers, int keys) => Make(
        servers,
        Enumerable.Range(0, keys).Select(number => Mixed(number % 8, $"key:{Text(number)}", Members))
            .Concat(Enumerable.Range(3, 4).SelectMany(kind => Large(kind))));

    /// <summary>Changes of strings, counters, lists, hashes and sets at the source, then a mark.</summary>
    internal static void Change(RedisServers servers, int commands)
    {
        var dice = new Dice(8027);
        using var wire = new RedisWire(servers.SourcePort);
        wire.CallAll(Enumerable.Range(0, commands).Select(number => Change(dice, Text(number))));
        wire.Call("SET", Mark, Text(commands));
    }

    /// <summary>A line for the shell that ends when the mark of so many commands is at the target.</summary>
    internal static string AwaitMark(RedisServers servers, int commands) =>
        servers.Await($"GET {Mark}", $"^{Text(commands)}$");

    /// <summary>One counter more for each number, or a string.</summary>
    internal static object[] Write(long number, Dice dice) => number % 2 == 0
        ? ["INCR", $"counter:{Text(dice.Below(Spread / 2))}"]
        : ["SET", $"string:{Text(dice.Below(Spread / 2))}", Text(number)];

    /// <summary>The sum of all counters that <see cref="Write"/> has counted up.</summary>
    internal static long Counted(int port)
    {
        using var wire = new RedisWire(port);
        for (var i = 0; i < Spread / 2; i++)
            wire.Add("GET", $"counter:{Text(i)}");
        return wire.Send().Sum(value => value is null
            ? 0
            : long.Parse(RedisServers.Text(value), CultureInfo.InvariantCulture));
    }

    private static void Make(RedisServers servers, IEnumerable<object[]> commands)
    {
        RedisServers.Call(servers.SourcePort, "FLUSHALL", "SYNC");
        using var wire = new RedisWire(servers.SourcePort);
        wire.CallAll(commands);
    }

    private static object[] Mixed(int kind, string key, int members, int first = 0)
    {
        var numbers = Enumerable.Range(first, members).Select(Text).ToArray();
        return kind switch
        {
            3 => ["HSET", key, .. numbers.SelectMany(one => (object[])[$"field:{one}", $"value {one}"])],
            4 => ["ZADD", key, .. numbers.SelectMany(one => (object[])[$"{one}.5", $"member:{one}"])],
            5 => ["SADD", key, .. numbers],
            6 => ["RPUSH", key, .. numbers.Select(one => $"element {one}")],
            7 => ["XADD", key, "*", "field", key],
            _ => ["SET", key, $"value of {key}"],
        };
    }

    private static IEnumerable<object[]> Large(int kind) =>
        from first in Enumerable.Range(0, LargeMembers / Members)
        select Mixed(kind, $"large:{Text(kind)}", Members, first * Members);

    private static object[] Change(Dice dice, string value)
    {
        var key = dice.Below(Spread);
        var (kind, name) = (key % Kinds, Text(key));
        return kind switch
        {
            0 => ["SET", $"string:{name}", value],
            1 => ["INCR", $"counter:{name}"],
            2 => ["LPUSH", $"list:{name}", value],
            3 => ["HSET", $"hash:{name}", value, value],
            _ => ["SADD", $"set:{name}", value],
        };
    }

    private static string Text(int number) => Text((long)number);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
