using Godwit.Connectors.Redis;
using Godwit.Connectors.Redis.Clusters;
using Godwit.Core.Problems;
using Godwit.Core.Stores;
using Godwit.Tests.Servers;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Connectors.Redis.Clusters;

/// <summary>A cluster's slots have moved while its parts are moved to another place.</summary>
public sealed class CuttingAgain
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public void What_has_left_is_in_parts_behind_the_others_and_what_is_left_goes_on()
    {
        Assert.Equal(
            ["0-9,20-99", "100-199", "10-19"],
            Cut(["0-99", "100-199"], ["0-9,20-99", "10-19,100-199"], ["0-16383"]));
        Assert.Equal(
            ["30-99", "100-199", "0-9,20-29", "10-19"],
            Cut(["0-99", "100-199"], ["30-99", "0-29,100-199"], ["0-9,20-199", "10-19"]));
    }

    [Fact]
    public void A_part_is_called_by_its_highest_slot_wherever_that_goes()
    {
        Assert.Equal(
            ["99", "100-199", "0-98"], Cut(["0-99", "100-199"], ["0-98", "99-199"], ["0-16383"]));
        Assert.Equal(["0-99", "100-199"], Cut(["0-99", "100-199"], ["0-199"], ["0-16383"]));
    }

    [Fact]
    public void However_slots_move_each_is_in_one_part_and_no_two_parts_were_ever_called_the_same() =>
        Seeds.Every(runs: 40, seed =>
        {
            var dice = new Dice(seed);
            var parts = new List<SlotSet> { SlotSet.All };
            var names = new Dictionary<int, int> { [SlotSet.All.Last] = 0 };
            for (var cut = 0; cut < 6; cut++)
            {
                var (sources, targets) = (Shares(dice), Shares(dice));
                var again = SlotParts.Cut(parts, sources, targets);
                Assert.Equal(SlotSet.All.Count, again.Sum(one => one.Count));
                Assert.Equal(SlotSet.All, again.Aggregate((one, other) => one.With(other)));
                for (var at = 0; at < again.Count; at++)
                {
                    Assert.Single(sources, one => one.Contains(again[at]));
                    Assert.Single(targets, one => one.Contains(again[at]));
                    if (at < parts.Count)
                        Assert.True(parts[at].Contains(again[at]));
                    Assert.Equal(at, names.TryAdd(again[at].Last, at) ? at : names[again[at].Last]);
                }
                parts = [.. again];
            }
        });

    [Fact]
    public async Task Slots_that_are_under_way_are_waited_for()
    {
        await using var source = await RedisCluster.Start(2);
        await using var target = await RedisServer.Start();
        var connector = new RedisConnector();
        var opening = Opening(CacheAddress(source.Owner(0)), CacheAddress(target));
        var parts = await connector.Parts(opening, None);
        Assert.Equal(["slots=0-8191", "slots=8192-16383"], parts);
        Assert.Equal(parts, await connector.PartsAgain(opening, parts, None));

        var other = source.Owner(RedisCluster.Slots - 1);
        await source.BeginMove(8, other);
        Assert.Equal(parts, await connector.PartsAgain(opening, parts, None));
        await source.Move(7, other);
        var cutting = connector.PartsAgain(opening, parts, None);
        using var glances = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var i = 0; i < 80; i++)
            await glances.WaitForNextTickAsync(None);
        Assert.False(cutting.IsCompleted);
        await source.EndMove(8, other);
        var again = await cutting;
        Assert.Equal(["slots=0-6,9-8191", "slots=8192-16383", "slots=7-8&recut=1"], again);
        await source.Move(7, source.Owner(0));
        Assert.Equal(
            ["slots=0-6,9-8191", "slots=8192-16383", "slots=8&recut=1", "slots=7&recut=1"],
            await connector.PartsAgain(opening, again, None));
    }

    [Fact]
    public void Only_a_part_may_have_been_cut_again()
    {
        Assert.True(RedisAddress.Parse("redis://a?slots=7&recut=1", "shown").IsRecut);
        Assert.False(RedisAddress.Parse("redis://a?slots=7", "shown").IsRecut);
        Assert.Throws<GodwitException>(() => RedisAddress.Parse("redis://a?recut=1", "shown"));
    }

    private static IEnumerable<string> Cut(string[] parts, string[] sources, string[] targets) =>
        SlotParts.Cut(Sets(parts), Sets(sources), Sets(targets)).Select(one => one.ToString());

    private static IReadOnlyList<SlotSet> Sets(string[] texts) =>
        [.. texts.Select(one => SlotSet.TryParse(one, out var slots) ? slots : throw new FormatException(one))];

    /// <summary>Some servers, each with some ranges.</summary>
    private static IReadOnlyList<SlotSet> Shares(Dice dice)
    {
        var shares = Enumerable.Range(0, 1 + dice.Next(3)).Select(_ => SlotSet.Of([])).ToArray();
        for (var first = 0; first < RedisCluster.Slots;)
        {
            var last = Math.Min(RedisCluster.Slots - 1, first + dice.Next(4_000));
            var share = dice.Next(shares.Length);
            shares[share] = shares[share].With(SlotSet.Of([(first, last)]));
            first = last + 1;
        }
        return [.. shares.Where(one => !one.IsEmpty)];
    }

    private static string CacheAddress(RedisServer server) => $"redis://127.0.0.1:{server.Port}";

    private static StoreOpening Opening(string from, string to) => new()
    {
        Address = from, Shown = from, Migration = "cutting", Mark = "00c0ffee", Elsewhere = to, Peer = to,
        Clock = TimeProvider.System, Chance = () => 0.5,
    };
}
