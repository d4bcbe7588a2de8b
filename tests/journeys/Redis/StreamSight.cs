using static Godwit.Tests.Journeys.Redis.CacheReading;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>What XINFO STREAM FULL says of a stream.</summary>
/// <remarks>How many entries a group has read is left out: servers of 7.0 do not tell their replicas.</remarks>
internal static class StreamSight
{
    public static CacheSight Of(object?[] facts, long? expires)
    {
        var value = CacheValue.Empty("stream")
            .With("last", Text(Find(facts, "last-generated-id")))
            .With("added", Text(Find(facts, "entries-added")));
        value = value with
        {
            Elements = [.. List(facts, "entries").Cast<object?[]>().Select(
                one => $"{Text(one[0])}:{string.Join(',', ((object?[])one[1]!).Select(Text))}")],
        };
        var detail = $"deleted up to {Text(Find(facts, "max-deleted-entry-id"))}";
        foreach (var group in List(facts, "groups").Cast<object?[]>())
        {
            var name = Text(Find(group, "name"));
            value = value.With($"group {name}", Text(Find(group, "last-delivered-id")));
            foreach (var pending in List(group, "pending").Cast<object?[]>())
            {
                value = value.With($"pending {name} {Text(pending[0])}", $"{Text(pending[1])},{Text(pending[3])}");
                detail += $" {name} {Text(pending[0])} at {Text(pending[2])}";
            }
            foreach (var consumer in List(group, "consumers").Cast<object?[]>())
                detail += $" {name} {Text(Find(consumer, "name"))}";
        }
        return new CacheSight(value, expires, detail);
    }

    private static object?[] List(object?[] facts, string name) => (object?[])Find(facts, name)!;

    private static object? Find(object?[] facts, string name)
    {
        for (var i = 0; i + 1 < facts.Length; i += 2)
        {
            if (Text(facts[i]) == name)
                return facts[i + 1];
        }
        throw new InvalidDataException($"XINFO does not say {name}.");
    }
}
