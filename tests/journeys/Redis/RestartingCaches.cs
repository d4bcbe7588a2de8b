using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>Servers that are restarted under a migration, and servers that forget what they told.</summary>
public sealed class RestartingCaches(ITestOutputHelper output)
{
    /// <summary>More than a server keeps for replicas that are away: 1 MB, unless it is told otherwise.</summary>
    private const int MoreThanTheBacklog = 3 << 20;

    private const string HistoryLost = "GW-RED-013";

    [Fact]
    public async Task Servers_that_save_and_come_back_cost_nothing_but_time()
    {
        await using var source = await RedisServer.Start();
        await using var target = await RedisServer.Start();
        await using var journey = await Begin(source, target);
        journey.Move.StartsAgain = true;

        journey.Move.Start();
        await journey.Move.Follows();
        await source.SaveAndRestart();
        await journey.Traffic.GoesOn(200);
        await target.SaveAndRestart();
        await journey.Traffic.GoesOn(200);
        await source.SaveAndRestart();
        await journey.HandOver("cutover");
        await journey.Traffic.GoesOn(200);
        await target.SaveAndRestart();
        await source.SaveAndRestart();
        await journey.Traffic.GoesOn(200);
        await journey.HandOver("rollback");
        await journey.Traffic.GoesOn(100);
        await journey.End();

        output.WriteLine($"{journey.Traffic.Ledger.Steps} steps, {journey.Traffic.Ledger.Doubts} in doubt");
    }

    [Fact]
    public async Task A_source_that_no_longer_has_what_comes_next_is_copied_again()
    {
        await using var source = await RedisServer.Start();
        await using var target = await RedisServer.Start();
        await using var journey = await Begin(source, target);

        journey.Move.Start();
        await journey.Move.Follows();
        await journey.Move.Runner.Kill();
        await WriteMuch(journey, source);
        await journey.Traffic.GoesOn(200);
        journey.Move.Start();
        await journey.Move.Follows();
        await journey.HandOver("cutover");
        await journey.Traffic.GoesOn(100);
        await journey.End();
    }

    [Fact]
    public async Task A_target_that_no_longer_has_what_comes_next_has_no_way_back_and_says_so()
    {
        await using var source = await RedisServer.Start();
        await using var target = await RedisServer.Start();
        await using var journey = await Begin(source, target);

        journey.Move.Start();
        await journey.Move.Follows();
        await journey.HandOver("cutover");
        await journey.Traffic.GoesOn(100);
        await journey.Move.Runner.Kill();
        await WriteMuch(journey, target);
        await journey.Traffic.GoesOn(100);
        journey.Move.Start();
        await journey.Move.Shows(
            "the way back is lost", one => one.Problem.StartsWith(HistoryLost, StringComparison.Ordinal));
        await journey.Traffic.GoesOn(200);
        Assert.StartsWith(HistoryLost, journey.Move.Picture.Problem, StringComparison.Ordinal);
        Assert.Equal(journey.Move.Wishes.To, journey.Route.Present.Place);
        await journey.Traffic.Stop();
        var end = await journey.Move.Godwit("finish", DatabaseMove.Name);
        Assert.True(end.Code == 0, $"{end}; {journey.Move.Runner.Said}");
        RedisJourney.Same(
            journey.Traffic.Ledger.Audit(await CachePicture.Take(target), _ => true), "the end, at the target");
    }

    private Task<RedisJourney> Begin(RedisServer source, RedisServer target) => RedisJourney.Begin(
        new RedisPlan { Seed = JourneySeed.Print(output) }, source, target);

    private static async Task WriteMuch(RedisJourney journey, RedisServer server)
    {
        await using var client = await server.Connect();
        var text = new string('m', 10_000);
        for (var i = 0; i < MoreThanTheBacklog / text.Length; i++)
        {
            var key = new CacheKey(0, $"much:{i % 10}");
            await client.Call("SET", key.Name, text);
            journey.Traffic.Ledger.Note([new CacheChange(key, new CacheState(CacheValue.Of(text)))]);
        }
    }
}
