using System.Globalization;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>What is done to streams and the groups that read them.</summary>
internal sealed class StreamDeeds(CacheHand hand)
{
    private const string Group = "g";
    private const int Most = 40;

    public CacheStep Add()
    {
        var key = hand.Key("stream", hand.Place());
        if (hand.Find(key) is null)
            return Create(key);
        var stream = hand.Value(key, "stream");
        var added = long.Parse(stream.Fields["added"], CultureInfo.InvariantCulture) + 1;
        var id = Next(stream.Fields["last"]);
        var text = $"x{hand.Number()}";
        var with = (stream with { Elements = stream.Elements.Add($"{id}:n,{text}") })
            .With("last", id).With("added", added.ToString(CultureInfo.InvariantCulture));
        return CacheHand.Step(id, ["XADD", key.Name, $"{Before(id)}-*", "n", text], hand.Change(key, with));
    }

    /// <summary>Delivers new entries to one of two consumers.</summary>
    public CacheStep Read()
    {
        var key = hand.Key("stream", hand.Place());
        if (hand.Find(key) is null)
            return Create(key);
        var stream = hand.Value(key, "stream");
        var consumer = $"c{hand.Dice.Next(2)}";
        var delivered = stream.Fields[$"group {Group}"];
        var read = stream;
        foreach (var id in stream.Elements.Select(IdOf).Where(one => IsAfter(one, delivered)).Take(3))
            read = read.With($"pending {Group} {id}", $"{consumer},1").With($"group {Group}", id);
        return CacheHand.Step(
            null, ["XREADGROUP", "GROUP", Group, consumer, "COUNT", "3", "STREAMS", key.Name, ">"],
            hand.Change(key, read));
    }

    public CacheStep Acknowledge()
    {
        var key = hand.Key("stream", hand.Place());
        if (hand.Find(key) is null)
            return Create(key);
        var stream = hand.Value(key, "stream");
        var prefix = $"pending {Group} ";
        var ids = stream.Fields.Keys.Where(one => one.StartsWith(prefix, StringComparison.Ordinal))
            .Select(one => one[prefix.Length..]).Take(2).ToList();
        if (ids.Count == 0)
            ids.Add("1-1");
        var acknowledged = ids.Count(one => stream.Fields.ContainsKey(prefix + one));
        return CacheHand.Step(
            acknowledged.ToString(CultureInfo.InvariantCulture), ["XACK", key.Name, Group, .. ids],
            hand.Change(key, stream.Without(ids.Select(one => prefix + one))));
    }

    /// <summary>An entry of it, or all of it when it is long.</summary>
    public CacheStep Forget()
    {
        var key = hand.Key("stream", hand.Place());
        if (hand.Find(key) is null)
            return Create(key);
        var stream = hand.Value(key, "stream");
        if (stream.Elements.Count > Most || stream.Elements.IsEmpty)
            return CacheHand.Step("1", ["UNLINK", key.Name], new CacheChange(key, null));
        return CacheHand.Step(
            "1", ["XDEL", key.Name, IdOf(stream.Elements[0])],
            hand.Change(key, stream with { Elements = stream.Elements.RemoveAt(0) }));
    }

    private CacheStep Create(CacheKey key) => CacheHand.Step(
        "OK", ["XGROUP", "CREATE", key.Name, Group, "0", "MKSTREAM"],
        hand.Change(
                key,
                CacheValue.Empty("stream").With("last", "0-0").With("added", "0").With($"group {Group}", "0-0")));

    private static string IdOf(string entry) => entry[..entry.IndexOf(':', StringComparison.Ordinal)];

    /// <summary>Three entries have the same first number.</summary>
    private static string Next(string last)
    {
        var (first, second) = Parts(last);
        return first > 0 && second < 2 ? $"{first}-{second + 1}" : $"{first + 1}-0";
    }

    private static string Before(string id) => id[..id.IndexOf('-', StringComparison.Ordinal)];

    private static bool IsAfter(string id, string other) => Parts(id).CompareTo(Parts(other)) > 0;

    private static (long First, long Second) Parts(string id) =>
        id.Split('-') is [var first, var second]
            ? (long.Parse(first, CultureInfo.InvariantCulture), long.Parse(second, CultureInfo.InvariantCulture))
            : throw new FormatException(id);
}
