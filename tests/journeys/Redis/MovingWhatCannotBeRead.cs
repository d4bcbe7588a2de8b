using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>A source whose snapshot holds a value of a type that Godwit does not know.</summary>
public sealed class MovingWhatCannotBeRead(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keys_that_are_read_one_by_one_under_traffic_go_over_and_come_back(bool oneTenant)
    {
        await using var source = await RedisServer.Start("repl-diskless-sync-delay 0");
        await using var target = await RedisServer.Start("repl-diskless-sync-delay 0");
        var odd = oneTenant ? $"t:{RedisPlan.MovedTenant}:filling:7" : "filling:7";
        await using var network = new TcpProxy(source.Port, () => BytePatch.OfStringsType(odd, 99));
        var plan = new RedisPlan
        {
            Seed = JourneySeed.Print(output, oneTenant ? 1 : 0),
            OneTenant = oneTenant,
            Filling = 20_000,
            Pace = TimeSpan.FromMilliseconds(2),
            Wishes = wishes => wishes with
            {
                From = new UriBuilder(wishes.From) { Port = network.Port }.Uri.ToString(),
                MaxPause = "3s",
            },
        };
        await using var journey = await RedisJourney.Begin(plan, source, target);

        journey.Move.Start();
        await journey.Move.Follows();
        Assert.Contains("GW-RED-045", journey.Move.Runner.Said, StringComparison.Ordinal);
        await journey.CompareAtRest();
        journey.Route.Open();
        await journey.HandOver("cutover");
        await journey.Traffic.GoesOn(200);
        await journey.HandOver("rollback");
        await journey.Traffic.GoesOn(100);
        await journey.End();
        output.WriteLine($"{journey.Traffic.Ledger.Steps} steps");
    }
}
