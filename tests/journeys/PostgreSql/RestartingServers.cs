using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>Servers that are stopped and started again, or crash, under a migration.</summary>
public sealed class RestartingServers(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_comes_back_costs_nothing_but_time(bool immediate)
    {
        await using var source = await PostgreSqlServer.Own(PostgreSqlServer.Distribution);
        await using var target = await PostgreSqlServer.Own(PostgreSqlServer.Distribution);
        var plan = new ShopPlan
        {
            Seed = JourneySeed.Print(output), Size = ShopPlan.Larger,
            // What a crash takes from those who did not wait for the disk is no fault of Godwit's.
            Habits = habits => habits with { AsyncCommits = immediate ? 0 : 0.2 },
            Wishes = wishes => wishes with { BytesPerSecond = ShopPlan.Slowly },
        };
        await using var journey = await ShopJourney.Begin(plan, source, target);
        journey.Move.StartsAgain = true;

        journey.Move.Start();
        await journey.Move.Copies();
        await source.Restart(immediate);
        await journey.Move.Copies();
        await target.Restart(immediate);
        await journey.Move.Follows();
        await source.Restart(immediate);
        await journey.Traffic.GoesOn(50);
        await target.Restart(immediate);
        await journey.Traffic.GoesOn(50);
        await journey.HandOver("cutover");
        await journey.Traffic.GoesOn(50);
        await target.Restart(immediate);
        await source.Restart(immediate);
        await journey.Traffic.GoesOn(50);
        await journey.HandOver("rollback");
        await journey.Traffic.GoesOn(20);
        await journey.End();
    }

    [Fact]
    public async Task A_target_that_does_not_wait_for_its_disk_and_crashes_gets_everything_again()
    {
        await using var target = await PostgreSqlServer.Own(
            PostgreSqlServer.Distribution, "synchronous_commit = off", "wal_writer_delay = 10s");
        var plan = new ShopPlan { Seed = JourneySeed.Print(output) };
        await using var journey = await ShopJourney.Begin(
            plan, await PostgreSqlServer.Shared(PostgreSqlServer.Distribution), target);
        journey.Move.StartsAgain = true;

        journey.Move.Start();
        await journey.Move.Follows();
        for (var crash = 0; crash < 2; crash++)
        {
            await journey.Traffic.GoesOn(50);
            await target.Restart(immediate: true);
        }
        await journey.Traffic.GoesOn(50);
        await journey.HandOver("cutover");
        await journey.End();
    }
}
