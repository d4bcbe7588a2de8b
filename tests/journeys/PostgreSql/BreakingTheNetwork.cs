using System.Diagnostics;
using Godwit.Tests.Servers;
using Godwit.Tests.Simulation;
using Npgsql;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>Networks that are cut, and that stall, between Godwit and either side, in every phase.</summary>
public sealed class BreakingTheNetwork(ITestOutputHelper output)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    private static readonly int Faults = JourneySeed.IsSoak ? 30 : 2;

    public static TheoryData<bool, bool> Ways => JourneySeed.IsSoak
        ? new() { { true, true }, { true, false }, { false, true }, { false, false } }
        : new() { { true, true }, { false, false } };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_broken_network_costs_nothing_but_time_and_undoes_a_cutover_in_time(bool atSource, bool cut)
    {
        var plan = new ShopPlan
        {
            Seed = JourneySeed.Print(output), Size = ShopPlan.Larger,
            Wishes = wishes => wishes with
            {
                BytesPerSecond = ShopPlan.Slowly,
                MaxPause = $"{LongestPause.TotalSeconds}s",
            },
        };
        // Its own: what is stalled in a transaction would keep the slots of others from being made.
        await using var server = await PostgreSqlServer.Own(PostgreSqlServer.Distribution);
        await using var network = await FaultyNetwork.Begin(plan, server);
        var journey = network.Journey;
        journey.Move.StartsAgain = true;

        journey.Move.Start();
        await journey.Move.Copies();
        await BreakForAWhile(network, atSource, cut);
        await journey.Move.Follows();
        await BreakForAWhile(network, atSource, cut);
        await BreakACutover(network, atSource, cut);
        await journey.HandOver("cutover");
        await journey.Traffic.GoesOn(50);
        await BreakForAWhile(network, atSource, cut);
        await journey.HandOver("rollback");
        await journey.Traffic.GoesOn(20);
        await journey.End();
    }

    [Fact]
    public async Task At_whatever_moment_of_a_handover_the_network_breaks_it_is_done_or_undone()
    {
        var seed = JourneySeed.Print(output);
        var dice = new Dice(seed).Split();
        var plan = new ShopPlan { Seed = seed, Wishes = wishes => wishes with { MaxPause = "3s" } };
        // Its own: what is stalled in a transaction would keep the slots of others from being made.
        await using var server = await PostgreSqlServer.Own(PostgreSqlServer.Distribution);
        await using var network = await FaultyNetwork.Begin(plan, server);
        var journey = network.Journey;
        journey.Move.StartsAgain = true;
        journey.Route.ClosesAtHandovers = false;
        journey.Move.Start();
        await journey.Move.Follows();

        for (var (fault, phase) = (0, "following"); fault < Faults; fault++)
        {
            var (atSource, cut) = (dice.Says(0.5), dice.Says(0.5));
            var refusals = journey.Traffic.Tally.Refusals;
            await using var given = journey.Move.BeginCommand(phase == "following" ? "cutover" : "rollback");
            await Until.Holds(
                "writers are sent away", () => journey.Traffic.Tally.Refusals > refusals || given.HasEnded,
                () => $"{journey.Move.Picture}; {journey.Move.Runner.Said}", TimeSpan.FromMinutes(4));
            await Answers(journey, dice.Next(20));
            network.Break(atSource, cut);
            await Answers(journey, dice.Next(100));
            network.Heal();
            var answer = await given.End();
            Assert.True(answer.Code is 0 or 4, answer.ToString());
            phase = (string)answer.Json!["phase"]!;
            output.WriteLine($"{(cut ? "cut" : "stalled")} at the {(atSource ? "source" : "target")}: now {phase}");
            await journey.Traffic.GoesOn(20);
        }
        journey.Route.ClosesAtHandovers = true;
        await journey.End();
    }

    /// <summary>A writer in flight keeps the fence from being confirmed, so the fault comes in the middle; and then
    /// time is up.</summary>
    private static async Task BreakACutover(FaultyNetwork network, bool atSource, bool cut)
    {
        var journey = network.Journey;
        var refusals = journey.Traffic.Tally.Refusals;
        await using var inFlight = new NpgsqlConnection(journey.Source.ConnectionString);
        await inFlight.OpenAsync();
        await Run(inFlight, "BEGIN; LOCK TABLE tenants IN ROW EXCLUSIVE MODE");
        await using var given = journey.Move.BeginCommand("cutover");
        await Until.Holds(
            "the fence is up", () => journey.Traffic.Tally.Refusals > refusals || given.HasEnded,
            () => $"{journey.Move.Picture}; {journey.Move.Runner.Said}", TimeSpan.FromMinutes(4));
        network.Break(atSource, cut);
        await Run(inFlight, "COMMIT");

        // Who cannot reach the fence cannot lower it; who can, does so in time.
        if (atSource)
            await RefusedUntilThePauseIsOver(journey);
        else
            await journey.Traffic.GoesOn(20);
        network.Heal();
        var answer = await given.End();
        Assert.True(answer.Code == 4, answer.ToString());
        Assert.Equal("GW-ENG-012", answer.Problem);
        Assert.Equal("following", (string?)answer.Json!["phase"]);
        await journey.Traffic.GoesOn(20);
    }

    private static async Task BreakForAWhile(FaultyNetwork network, bool atSource, bool cut)
    {
        network.Break(atSource, cut);
        await network.Journey.Traffic.GoesOn(60);
        network.Heal();
        await network.Journey.Traffic.GoesOn(20);
    }

    private static Task RefusedUntilThePauseIsOver(ShopJourney journey)
    {
        var (before, start) = (journey.Traffic.Tally.Refusals, Stopwatch.GetTimestamp());
        return Until.Holds(
            "writers are sent away for longer than the longest pause",
            () => journey.Traffic.Tally.Refusals > before && Stopwatch.GetElapsedTime(start) > LongestPause,
            () => $"{journey.Traffic.Tally.Refusals - before} refusals");
    }

    /// <summary>Waits for so many answers to writers, whether they are let in or sent away.</summary>
    private static Task Answers(ShopJourney journey, int answers)
    {
        var tally = journey.Traffic.Tally;
        var enough = tally.Transactions + tally.Refusals + answers;
        return Until.Holds(
            $"{answers} answers to writers", () => tally.Transactions + tally.Refusals >= enough);
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
