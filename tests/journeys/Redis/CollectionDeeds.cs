using System.Globalization;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>What is done to lists, sets, sorted sets and hashes.</summary>
internal sealed class CollectionDeeds(CacheHand hand)
{
    /// <summary>A list or set that is larger shrinks only.</summary>
    private const int Most = 60;

    public CacheStep Push()
    {
        var key = hand.Key(hand.Dice.Says(0.5) ? "list-a" : "list-b", hand.Place());
        var list = hand.Value(key, "list");
        var some = Enumerable.Range(0, 1 + hand.Dice.Next(3)).Select(_ => $"e{hand.Number()}").ToList();
        var atHead = hand.Dice.Says(0.5);
        if (list.Elements.Count > Most)
            return CacheHand.Step("OK", ["LTRIM", key.Name, "5", "14"], hand.Change(
                key, list with { Elements = list.Elements.GetRange(5, 10) }));
        var pushed = list with
        {
            Elements = atHead
                ? list.Elements.InsertRange(0, some.AsEnumerable().Reverse())
                : list.Elements.AddRange(some),
        };
        return CacheHand.Step(
            Text(pushed.Elements.Count), [atHead ? "LPUSH" : "RPUSH", key.Name, .. some], hand.Change(key, pushed));
    }

    public CacheStep Pop()
    {
        var key = hand.Key(hand.Dice.Says(0.5) ? "list-a" : "list-b", hand.Place());
        var list = hand.Value(key, "list");
        var fromHead = hand.Dice.Says(0.5);
        if (list.Elements.IsEmpty)
            return CacheHand.Step("", ["LPOP", key.Name], hand.Change(key, list));
        var at = fromHead ? 0 : list.Elements.Count - 1;
        var change = hand.Change(key, list with { Elements = list.Elements.RemoveAt(at) });
        return hand.Dice.Says(0.3)
            ? CacheHand.Step(
                $"{key.Name} {list.Elements[at]}", [fromHead ? "BLPOP" : "BRPOP", key.Name, "1"], change)
            : CacheHand.Step(list.Elements[at], [fromHead ? "LPOP" : "RPOP", key.Name], change);
    }

    /// <summary>From one list to another.</summary>
    public CacheStep PassOn()
    {
        var place = hand.Place();
        var (from, to) = (hand.Key("list-a", place), hand.Key("list-b", place));
        var (one, two) = (hand.Value(from, "list"), hand.Value(to, "list"));
        if (one.Elements.IsEmpty)
            return CacheHand.Step("", ["LMOVE", from.Name, to.Name, "LEFT", "RIGHT"], hand.Change(from, one));
        return CacheHand.Step(
            one.Elements[0], ["LMOVE", from.Name, to.Name, "LEFT", "RIGHT"],
            hand.Change(from, one with { Elements = one.Elements.RemoveAt(0) }),
            hand.Change(to, two with { Elements = two.Elements.Add(one.Elements[0]) }));
    }

    public CacheStep AddMembers()
    {
        var key = hand.Key("set", hand.Place());
        var set = hand.Value(key, "set");
        var (one, two) = ($"m{hand.Number()}", $"m{hand.Dice.Next(20)}");
        var added = set.With(one, "").With(two, "");
        return CacheHand.Step(
            Text(added.Fields.Count - set.Fields.Count), ["SADD", key.Name, one, two], hand.Change(key, added));
    }

    /// <summary>Chance decides at the server which one.</summary>
    public CacheStep TakeAnyMember()
    {
        var key = hand.Key("set", hand.Place());
        var set = hand.Value(key, "set");
        if (set.Fields.Count > Most)
            return CacheHand.Step("1", ["DEL", key.Name], new CacheChange(key, null));
        if (set.Fields.IsEmpty)
            return CacheHand.Step("", ["SPOP", key.Name], hand.Change(key, set));
        return new CacheStep(
            key.Database, [["SPOP", key.Name]],
            [.. set.Fields.Keys.Select(one => new CacheOutcome(one, [hand.Change(key, set.Without(one))]))]);
    }

    public CacheStep Score()
    {
        var key = hand.Key("scores", hand.Place());
        var scores = hand.Value(key, "zset");
        var member = $"p{hand.Dice.Next(30)}";
        if (hand.Dice.Says(0.2))
        {
            // Far from what a few digits can say.
            var small = StringDeeds.Text(1.2345678901234567e-08);
            var isNew = scores.Fields.ContainsKey(member) ? "0" : "1";
            return CacheHand.Step(
                isNew, ["ZADD", key.Name, small, member], hand.Change(key, scores.With(member, small)));
        }
        if (hand.Dice.Says(0.1) && !scores.Fields.IsEmpty)
            return CacheHand.Step(null, ["ZREM", key.Name, member], hand.Change(key, scores.Without(member)));
        // What was small is lost in what is large in the same way everywhere: both are doubles.
        var step = hand.Dice.Next(1000) - 300;
        var sum = double.Parse(scores.Fields.GetValueOrDefault(member, "0"), CultureInfo.InvariantCulture) + step;
        var text = StringDeeds.Text(sum);
        return CacheHand.Step(
            null, ["ZINCRBY", key.Name, Text(step), member], hand.Change(key, scores.With(member, text)));
    }

    public CacheStep CountField()
    {
        var key = hand.Key("fields", hand.Place());
        var hash = hand.Value(key, "hash");
        var field = $"n{hand.Dice.Next(30)}";
        var count = long.Parse(hash.Fields.GetValueOrDefault(field, "0"), CultureInfo.InvariantCulture) + 7;
        return CacheHand.Step(
            Text(count), ["HINCRBY", key.Name, field, "7"], hand.Change(key, hash.With(field, Text(count))));
    }

    public CacheStep SetFields()
    {
        var key = hand.Key("fields", hand.Place());
        var value = new string('v', hand.Dice.Next(100)) + hand.Number();
        var field = $"t{hand.Dice.Next(10)}";
        return CacheHand.Step(
            null, ["HSET", key.Name, field, value], hand.Change(key, hand.Value(key, "hash").With(field, value)));
    }

    public CacheStep RemoveField()
    {
        var key = hand.Key("fields", hand.Place());
        var hash = hand.Value(key, "hash");
        var field = $"n{hand.Dice.Next(30)}";
        return CacheHand.Step(
            hash.Fields.ContainsKey(field) ? "1" : "0", ["HDEL", key.Name, field],
                hand.Change(key, hash.Without(field)));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
