using System.Globalization;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>What is done to several keys at once.</summary>
internal sealed class SeveralKeysDeeds(CacheHand hand)
{
    /// <summary>To be loaded at every server before a writer begins.</summary>
    public const string Library =
        """
        #!lua name=journey
        redis.register_function('tick', function(keys, args)
          redis.call('INCRBY', keys[1], args[1])
          return redis.call('RPUSH', keys[2], args[2])
        end)
        """;

    private const string Script =
        "redis.call('INCRBY', KEYS[1], ARGV[1]) return redis.call('HSET', KEYS[2], ARGV[2], ARGV[1])";

    private static readonly string[] Renamed = ["list-a", "set", "fields", "scores", "text", "stream"];

    public CacheStep Rename()
    {
        var place = hand.Place();
        var (from, to) = (hand.Key(hand.Dice.Pick(Renamed), place), hand.Key("moved", place));
        return hand.Find(from) is { } state
            ? CacheHand.Step(
                "OK", ["RENAME", from.Name, to.Name], new CacheChange(from, null), new CacheChange(to, state))
            : CacheHand.Step("OK", ["SET", to.Name, "-"], new CacheChange(to, new CacheState(CacheValue.Of("-"))));
    }

    /// <summary>Also to another database.</summary>
    public CacheStep Copy()
    {
        var place = hand.Place();
        var from = hand.Key(hand.Dice.Pick(Renamed), place);
        var to = hand.Key("copied", place, hand.Dice.Says(0.5) ? hand.OtherDatabase(place) : from.Database);
        if (hand.Find(from) is not { } state)
            return CacheHand.Step("0", ["COPY", from.Name, to.Name], hand.Change(from, CacheValue.Empty("none")));
        return new CacheStep(
            from.Database,
            [["COPY", from.Name, to.Name, "DB", to.Database.ToString(CultureInfo.InvariantCulture), "REPLACE"]],
            [new CacheOutcome("1", [new CacheChange(to, state)])]);
    }

    public CacheStep SetMany()
    {
        var place = hand.Place();
        var pairs = Enumerable.Range(0, 3).Select(i => (Key: hand.Key($"many{i}", place), Text: hand.Number()))
            .ToList();
        return CacheHand.Step(
            "OK", ["MSET", .. pairs.SelectMany(one => new[] { one.Key.Name, one.Text })],
            [.. pairs.Select(one => new CacheChange(one.Key, new CacheState(CacheValue.Of(one.Text))))]);
    }

    public CacheStep Transact()
    {
        var place = hand.Place();
        var (counter, list, hash) = (
            hand.Key("sum", place), hand.Key("list-b", place), hand.Key("fields", place));
        var (count, element) = (Count(counter, 3), $"e{hand.Number()}");
        return new CacheStep(
            counter.Database,
            [
                ["MULTI"], ["INCRBY", counter.Name, "3"], ["LPUSH", list.Name, element],
                ["HSET", hash.Name, "sum", count], ["EXEC"],
            ],
            [
                new CacheOutcome(null,
                [
                    hand.Change(counter, CacheValue.Of(count)), Pushed(list, element, atHead: true),
                    hand.Change(hash, hand.Value(hash, "hash").With("sum", count)),
                ]),
            ]);
    }

    public CacheStep RunScript()
    {
        var place = hand.Place();
        var (counter, hash) = (hand.Key("sum", place), hand.Key("fields", place));
        var field = $"s{hand.Number()}"[..2];
        return CacheHand.Step(
            null, ["EVAL", Script, "2", counter.Name, hash.Name, "4", field],
            hand.Change(counter, CacheValue.Of(Count(counter, 4))),
            hand.Change(hash, hand.Value(hash, "hash").With(field, "4")));
    }

    public CacheStep CallFunction()
    {
        var place = hand.Place();
        var (counter, list) = (hand.Key("sum", place), hand.Key("list-b", place));
        var element = $"e{hand.Number()}";
        return CacheHand.Step(
            null, ["FCALL", "tick", "2", counter.Name, list.Name, "5", element],
            hand.Change(counter, CacheValue.Of(Count(counter, 5))), Pushed(list, element, atHead: false));
    }

    /// <summary>What is stored depends on other keys.</summary>
    public CacheStep Unite()
    {
        var place = hand.Place();
        var (one, two, union) = (hand.Key("set", place), hand.Key("set-b", place), hand.Key("union", place));
        if (hand.Dice.Says(0.3))
        {
            var member = $"u{hand.Dice.Next(20)}";
            return CacheHand.Step(
                null, ["SADD", two.Name, member], hand.Change(two, hand.Value(two, "set").With(member, "")));
        }
        var all = hand.Value(one, "set");
        all = all with { Fields = all.Fields.SetItems(hand.Value(two, "set").Fields) };
        return CacheHand.Step(
            all.Fields.Count.ToString(CultureInfo.InvariantCulture), ["SUNIONSTORE", union.Name, one.Name, two.Name],
            new CacheChange(union, new CacheState(all)));
    }

    private string Count(CacheKey key, long step) =>
        (long.Parse(hand.Find(key)?.Value.Text ?? "0", CultureInfo.InvariantCulture) + step)
            .ToString(CultureInfo.InvariantCulture);

    private CacheChange Pushed(CacheKey key, string element, bool atHead)
    {
        var list = hand.Value(key, "list");
        return hand.Change(
            key, list with { Elements = list.Elements.Insert(atHead ? 0 : list.Elements.Count, element) });
    }
}
