using System.Globalization;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>What is done to strings.</summary>
internal sealed class StringDeeds(CacheHand hand)
{
    private const int LongestText = 200;

    public CacheStep Count() => Count(hand.Dice.Next(5), hand.Place());

    /// <summary>Several counters of one database at once, each in a step of its own.</summary>
    public CacheStep[] CountMany()
    {
        var place = hand.Place();
        return [.. Enumerable.Range(0, 5).Select(one => Count(one, place))];
    }

    private CacheStep Count(int number, int place)
    {
        var key = hand.Key($"count{number}", place);
        var count = Number(key) + 1;
        var text = count.ToString(CultureInfo.InvariantCulture);
        return CacheHand.Step(text, ["INCR", key.Name], hand.Change(key, CacheValue.Of(text)));
    }

    public CacheStep AddFraction()
    {
        var key = hand.Key("fraction", hand.Place());
        var step = 0.25 * (hand.Dice.Next(9) - 3);
        var sum = Text(double.Parse(hand.Find(key)?.Value.Text ?? "0", CultureInfo.InvariantCulture) + step);
        return CacheHand.Step(
            sum, ["INCRBYFLOAT", key.Name, Text(step)], hand.Change(key, CacheValue.Of(sum)));
    }

    public CacheStep Append()
    {
        var key = hand.Key("text", hand.Place());
        var text = hand.Find(key)?.Value.Text ?? "";
        if (text.Length > LongestText)
            return CacheHand.Step(
                "OK", ["SET", key.Name, "-"], new CacheChange(key, new CacheState(CacheValue.Of("-"))));
        var longer = $"{text}{hand.Number()},";
        return CacheHand.Step(
            longer.Length.ToString(CultureInfo.InvariantCulture), ["APPEND", key.Name, longer[text.Length..]],
            hand.Change(key, CacheValue.Of(longer)));
    }

    /// <summary>Reads and deletes.</summary>
    public CacheStep TakeAway()
    {
        var key = hand.Key("text", hand.Place());
        return CacheHand.Step(hand.Find(key)?.Value.Text ?? "", ["GETDEL", key.Name], new CacheChange(key, null));
    }

    public CacheStep Remove()
    {
        var place = hand.Place();
        var keys = new[] { "fraction", "list-a", "set", "moved" }.Select(one => hand.Key(one, place)).ToList();
        var there = keys.Count(one => hand.Find(one) is not null).ToString(CultureInfo.InvariantCulture);
        return CacheHand.Step(
            there, [hand.Dice.Says(0.5) ? "DEL" : "UNLINK", .. keys.Select(one => one.Name)],
            [.. keys.Select(one => new CacheChange(one, null))]);
    }

    internal static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private long Number(CacheKey key) => long.Parse(hand.Find(key)?.Value.Text ?? "0", CultureInfo.InvariantCulture);
}
