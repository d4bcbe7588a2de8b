using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>Networks that are cut, and that stall, between Godwit and either side, in every phase.</summary>
public sealed class BreakingTheNetworkOfACache(ITestOutputHelper output)
{
    private static readonly int Faults = JourneySeed.IsSoak ? 30 : 2;

    public static TheoryData<bool, bool> Ways => JourneySeed.IsSoak
        ? new() { { true, true }, { true, false }, { false, true }, { false, false } }
        : new() { { true, true }, { false, false } };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_broken_network_costs_nothing_but_time(bool atSource, bool cut)
    {
        var plan = new RedisPlan
        {
            Seed = JourneySeed.Print(output),
            Wishes = wishes => wishes with { BytesPerSecond = "400KB", MaxPause = "3s" },
        };
        await using var source = await RedisServer.Start();
        await using var target = await RedisServer.Start();
        await using var network = await FaultyCacheNetwork.Begin(plan, source, target);
        var journey = network.Journey;
        journey.Move.StartsAgain = true;

        journey.Move.Start();
        await journey.Move.Shows("it has begun", one => one.Phase is not ("starting" or "preparing"));
        await BreakForAWhile(network, atSource, cut);
        await journey.Move.Follows();
        await BreakForAWhile(network, atSource, cut);
        await journey.HandOver("cutover");
        await journey.Traffic.GoesOn(200);
        await BreakForAWhile(network, atSource, cut);
        await journey.HandOver("rollback");
        await journey.Traffic.GoesOn(100);
        await journey.End();
    }

    [Fact]
    public async Task At_whatever_moment_of_a_handover_the_network_breaks_it_is_done_or_undone()
    {
        var seed = JourneySeed.Print(output);
        var dice = new Dice(seed).Split();
        var plan = new RedisPlan { Seed = seed, Wishes = wishes => wishes with { MaxPause = "3s" } };
        await using var source = await RedisServer.Start();
        await using var target = await RedisServer.Start();
        await using var network = await FaultyCacheNetwork.Begin(plan, source, target);
        var journey = network.Journey;
        journey.Move.StartsAgain = true;
        journey.Route.ClosesAtHandovers = false;
        journey.Move.Start();
        await journey.Move.Follows();

        for (var (fault, phase) = (0, "following"); fault < Faults; fault++)
        {
            var (atSource, cut) = (dice.Says(0.5), dice.Says(0.5));
            await using var given = journey.Move.BeginCommand(phase == "following" ? "cutover" : "rollback");
            await Until.Holds(
                "the handover has begun, or is over",
                () => given.HasEnded || journey.Move.Picture.Phase is "cutting_over" or "rolling_back");
            network.Break(atSource, cut);
            await journey.Traffic.GoesOn(dice.Next(200));
            network.Heal();
            var answer = await given.End();
            Assert.True(answer.Code is 0 or 4, answer.ToString());
            phase = (string)answer.Json!["phase"]!;
            output.WriteLine($"{(cut ? "cut" : "stalled")} at the {(atSource ? "source" : "target")}: now {phase}");
            await journey.Traffic.GoesOn(100);
        }
        await journey.End();
    }

    private static async Task BreakForAWhile(FaultyCacheNetwork network, bool atSource, bool cut)
    {
        network.Break(atSource, cut);
        await network.Journey.Traffic.GoesOn(400);
        network.Heal();
        await network.Journey.Traffic.GoesOn(100);
    }
}
