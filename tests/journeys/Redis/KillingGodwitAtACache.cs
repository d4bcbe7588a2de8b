using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Journeys.Redis;

/// <summary><c>kill -9</c> at moments that chance chooses, in every phase of a migration between two caches.</summary>
public sealed class KillingGodwitAtACache(ITestOutputHelper output)
{
    private static readonly int Kills = JourneySeed.IsSoak ? 100 : 3;

    private const int AuditEvery = 10;

    private readonly SortedDictionary<string, int> _killed = [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task However_often_it_is_killed_nothing_is_lost_and_nothing_is_done_twice(bool oneTenant)
    {
        var seed = JourneySeed.Print(output, oneTenant ? 1 : 0);
        var dice = new Dice(seed).Split();
        var plan = new RedisPlan
        {
            Seed = seed, OneTenant = oneTenant, FencesUser = oneTenant,
            // Slow enough that the copy can be killed in its middle.
            Wishes = wishes => wishes with { BytesPerSecond = "400KB", MaxPause = "3s" },
        };
        await using var source = await RedisServer.Start();
        await using var target = await RedisServer.Start();
        await using var journey = await RedisJourney.Begin(plan, source, target);
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
            await journey.Move.Command("cutover");
        await journey.Traffic.GoesOn(100);
        await journey.CompareAtRest();
        journey.Route.Open();
        await journey.Move.Command("rollback");
        await journey.Traffic.GoesOn(100);
        await journey.End();

        output.WriteLine($"{journey.Traffic.Ledger.Steps} steps, {journey.Traffic.Ledger.Doubts} in doubt;"
            + $" killed in {string.Join(", ", _killed)}");
        Assert.Equal(Kills, _killed.Values.Sum());
    }

    /// <summary>In between, at whichever side traffic is.</summary>
    private async Task Audit(RedisJourney journey)
    {
        journey.Move.Start();
        var phase = await Settle(journey);
        await journey.CompareAtRest();
        journey.Route.Open();
        await journey.Move.Runner.Kill();
        output.WriteLine($"audited while {phase}: {journey.Traffic.Ledger.Steps} steps");
    }

    /// <summary>From its first words to the first verification.</summary>
    private static async Task EarlyOn(RedisJourney journey, Dice dice)
    {
        await journey.Move.Shows("it has begun", one => one.Phase != "starting");
        await journey.Traffic.GoesOn(dice.Next(800));
    }

    /// <summary>With a cutover or a rollback under way, or just before it, or just after it.</summary>
    private static async Task LateOn(RedisJourney journey, Dice dice, int kill)
    {
        var phase = await Settle(journey);
        if (kill % 4 == 3)
        {
            await journey.Traffic.GoesOn(dice.Next(300));
            return;
        }
        await using var given = journey.Move.BeginCommand(phase == "guarding" ? "rollback" : "cutover");
        if (dice.Says(0.8))
            await Until.Holds(
                "the handover has begun, or is over",
                () => given.HasEnded || journey.Move.Picture.Phase is "cutting_over" or "rolling_back");

        // Writers may be stopped: each glance at the clock is a moment, too.
        await Moments(dice.Next(dice.Says(0.7) ? 10 : 100));
        await given.Kill();
    }

    private static async Task Moments(int moments)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (; moments > 0; moments--)
            await pace.WaitForNextTickAsync(CancellationToken.None);
    }

    /// <summary>Waits until a run is through with what others have left: begun handovers, and commands that nobody has
    /// answered.</summary>
    /// <returns>The phase: following or guarding.</returns>
    private static async Task<string> Settle(RedisJourney journey)
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

    private async Task Note(RedisJourney journey)
    {
        var phase = await Phase(journey);
        output.WriteLine($"killed while {phase}");
        _killed[phase] = _killed.GetValueOrDefault(phase) + 1;
    }

    private static async Task<string> Phase(RedisJourney journey) =>
        (string?)(await journey.Move.Godwit("status", DatabaseMove.Name)).Json?["phase"] ?? "not planned";
}
