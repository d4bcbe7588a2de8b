using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>A source that hides PSYNC, as rented ones do: it only says which keys are touched.</summary>
public sealed class FollowingByTracking(ITestOutputHelper output)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tenants_keys_go_over_and_come_back_through_a_kill_and_cut_connections(bool isTracked)
    {
        var plan = new RedisPlan
        {
            Seed = JourneySeed.Print(output, isTracked ? 0 : 1), OneTenant = true, FencesUser = true, Writers = 3,
        };
        await using var source = await RedisServer.Start(
            "rename-command PSYNC \"\"", "rename-command SYNC \"\"",
            isTracked ? "" : "notify-keyspace-events KA");
        await using var target = await RedisServer.Start("repl-diskless-sync-delay 0");
        if (!isTracked)
            await source.Call("ACL", "SETUSER", "default", "-client|tracking");
        await using var journey = await RedisJourney.Begin(plan, source, target);

        journey.Move.Start();
        await journey.Move.Follows();
        await journey.Traffic.GoesOn(300);
        await journey.Move.Runner.Kill();
        await journey.Traffic.GoesOn(200);
        journey.Move.Start();
        await journey.Move.Follows();
        await CutHearing(source, isTracked ? " flags=tB" : " flags=P");
        await journey.Traffic.GoesOn(300);
        await journey.CompareAtRest();
        journey.Route.Open();
        await journey.HandOver("cutover");
        await journey.Traffic.GoesOn(300);
        await journey.HandOver("rollback");
        await journey.Traffic.GoesOn(300);
        await journey.End();
        output.WriteLine($"{journey.Traffic.Ledger.Steps} steps, {journey.Traffic.Ledger.Doubts} in doubt;"
            + $" {string.Join("; ", journey.Traffic.Tally.Said)}");
    }

    /// <summary>Cuts the connections that hear of touched keys, of which there has to be one.</summary>
    private static async Task CutHearing(RedisServer server, string flags)
    {
        var clients = RedisClient.AsText(await server.Call("CLIENT", "LIST"));
        var hearing = clients.Split('\n').Where(one => one.Contains(flags, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(hearing);
        foreach (var one in hearing)
            await server.Call("CLIENT", "KILL", "ID", one.Split(' ')[0]["id=".Length..]);
    }
}
