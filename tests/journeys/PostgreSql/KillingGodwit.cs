using Godwit.Tests.Servers;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary><c>kill -9</c> at moments that chance chooses, in every phase of a migration between two servers.</summary>
public sealed class KillingGodwit(ITestOutputHelper output)
{
    private static readonly int Kills = JourneySeed.IsSoak ? 50 : 3;

    private const int AuditEvery = 10;

    private readonly SortedDictionary<string, int> _killed = [];

    [Fact]
    public async Task However_often_it_is_killed_every_acknowledged_write_is_there()
    {
        var seed = JourneySeed.Print(output);
        var dice = new Dice(seed).Split();
        var plan = new ShopPlan
        {
            Seed = seed, Size = ShopPlan.Larger,
            // Slow enough that the copy can be killed in its middle.
            Wishes = wishes => wishes with { BytesPerSecond = ShopPlan.Slowly },
        };
        // Its own: a slow copy's transactions would keep the slots of others from being made.
        await using var server = await PostgreSqlServer.Own(PostgreSqlServer.Distribution);
        await using var journey = await ShopJourney.Begin(plan, server, server);
        journey.Route.ClosesAtHandovers = false;

        for (var kill = 0; kill < Kills; kill++)
        {
            journey.Move.Start();
            if (kill * 5 < Kills)
                await EarlyOn(journey, dice);
            else
                await LateOn(journey, dice, kill);
            await journey.Move.Runner.Kill();
            await Note(journey);
            if (kill % AuditEvery == AuditEvery - 1)
                await Audit(journey);
        }
        journey.Move.Start();
        if (await Settle(journey) == "following")
            await Reach(journey, "cutover");
        journey.Route.ClosesAtHandovers = true;
        await journey.HandOver("rollback");
        await journey.Traffic.GoesOn(50);
        await journey.End();

        output.WriteLine($"{journey.Ledger.Writes} rows written; killed in {string.Join(", ", _killed)}");
        Assert.Equal(Kills, _killed.Values.Sum());
    }

    /// <summary>In between, at whichever side traffic is: everything acknowledged is at both sides, and nothing
    /// else.</summary>
    private async Task Audit(ShopJourney journey)
    {
        journey.Move.Start();
        var phase = await Settle(journey);
        await journey.CompareAtRest();
        journey.Route.Open();
        await journey.Move.Runner.Kill();
        output.WriteLine($"audited while {phase}: {journey.Ledger.Writes} rows written");
    }

    /// <summary>From its first words to the first verification.</summary>
    private static async Task EarlyOn(ShopJourney journey, Dice dice)
    {
        await journey.Move.Shows("it has begun", one => one.Phase != "starting");
        await Moments(journey, dice.Next(400));
    }

    /// <summary>With a cutover or a rollback under way, or just before it, or just after it.</summary>
    private static async Task LateOn(ShopJourney journey, Dice dice, int kill)
    {
        var phase = await Settle(journey);
        if (kill % 4 == 3)
        {
            await Moments(journey, dice.Next(100));
            return;
        }
        var refusals = journey.Traffic.Tally.Refusals;
        await using var given = journey.Move.BeginCommand(phase == "guarding" ? "rollback" : "cutover");
        if (dice.Says(0.8))
            await Until.Holds(
                "writers are sent away, or the command is over",
                () => journey.Traffic.Tally.Refusals > refusals || given.HasEnded);
        await Moments(journey, dice.Next(dice.Says(0.5) ? 5 : 40));
        await given.Kill();
    }

    /// <summary>Waits for so many answers to writers, whether they are let in or sent away.</summary>
    private static async Task Moments(ShopJourney journey, int answers)
    {
        var tally = journey.Traffic.Tally;
        var enough = tally.Transactions + tally.Refusals + answers;
        await Until.Holds(
            $"{answers} answers to writers",
            () => tally.Transactions + tally.Refusals >= enough || journey.Move.Runner.HasEnded,
            () => $"{tally.Transactions} and {tally.Refusals} of {enough}; {journey.Move.Picture}");
    }

    /// <summary>Waits until a run is through with what others have left: begun handovers, and commands that nobody has
    /// answered.</summary>
    /// <returns>The phase: following or guarding.</returns>
    private static async Task<string> Settle(ShopJourney journey)
    {
        await journey.Move.Shows(
            "everything is verified once", one => one is { Phase: "following" or "guarding", Passes: > 0 });
        // Commands are answered in their order, so when this one is answered none is left.
        await journey.Move.Godwit("resume", DatabaseMove.Name);
        var phase = "";
        await Until.Holds(
            "it follows or guards",
            async () =>
            {
                phase = await Phase(journey);
                return phase is "following" or "guarding";
            },
            () => phase);
        return phase;
    }

    private static async Task Reach(ShopJourney journey, string command)
    {
        await journey.Move.Command(command);
        await journey.Traffic.GoesOn(50);
    }

    private async Task Note(ShopJourney journey)
    {
        var phase = await Phase(journey);
        output.WriteLine($"killed while {phase}");
        _killed[phase] = _killed.GetValueOrDefault(phase) + 1;
    }

    private static async Task<string> Phase(ShopJourney journey) =>
        (string?)(await journey.Move.Godwit("status", DatabaseMove.Name)).Json?["phase"] ?? "not planned";
}
