using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>A tenant's tables, files and cache in one migration: one cutover, one rollback, and the same audit of each
/// as where it is moved alone.</summary>
public sealed class MovingAShopWithItsCache(ITestOutputHelper output)
{
    private static readonly Func<CacheKey, bool> OfTenant =
        key => key.Database == 0 && key.Name.StartsWith("t:42:", StringComparison.Ordinal);

    [Fact]
    public async Task Tables_files_and_keys_of_a_tenant_go_over_and_come_back_together()
    {
        var seed = JourneySeed.Print(output);
        await using var source = await RedisServer.Start();
        await using var target = await RedisServer.Start();
        foreach (var server in (RedisServer[])[source, target])
        {
            await server.Call("FUNCTION", "LOAD", SeveralKeysDeeds.Library);
            await QuietKeys.Write(server);
        }
        var before = (await QuietKeys.Read(source), await QuietKeys.Read(target));
        await using var shop = new LiveShop((int)(seed % 100_000));
        var (from, to) = ($"redis://127.0.0.1:{source.Port}/0", $"redis://127.0.0.1:{target.Port}/0");
        await AddCache(shop.Folder.MigrationFile, from, to);
        var route = new ShopRoute(shop.Folder.Routes, "42", from) { ClosesAtHandovers = false };
        await using var traffic = Traffic(route, to, source, target, new Dice(seed));

        await shop.StartWriters();
        traffic.Start(2, "t:42:", 0);
        await traffic.GoesOn(100);
        var run = shop.StartRun();
        await shop.Shows("everything is followed", one => one is { Phase: "following" }, run);
        await shop.Command("cutover");
        await GoOn(shop, traffic);
        Assert.Equal(to, route.Present.Place);
        await shop.Command("rollback");
        await GoOn(shop, traffic);
        Assert.Equal(from, route.Present.Place);

        await traffic.Stop();
        await shop.StopWriters();
        await shop.Command("verify");
        await shop.Command("finish");
        var end = await run.End();
        Assert.True(end.Code == 0, end.ToString());
        Assert.Empty(shop.Audit().Findings);
        var (one, two) = (await CachePicture.Take(source), await CachePicture.Take(target));
        RedisJourney.Same(one.Differences(two, OfTenant), "the end");
        RedisJourney.Same(traffic.Ledger.Audit(one, OfTenant), "the end, at the source");
        Assert.Equal(before.Item1, await QuietKeys.Read(source));
        Assert.Equal(before.Item2, await QuietKeys.Read(target));
        output.WriteLine($"{traffic.Ledger.Steps} steps, {traffic.Ledger.Doubts} in doubt");
    }

    private static async Task AddCache(string file, string from, string to)
    {
        var text = await File.ReadAllTextAsync(file, CancellationToken.None);
        var move = $"  - from: {from}\n    to:   {to}\n    keys: ['t:{{tenant}}:*']\nroute:";
        await File.WriteAllTextAsync(
            file, text.Replace("route:", move, StringComparison.Ordinal), CancellationToken.None);
    }

    private static RedisTraffic Traffic(
        ShopRoute route, string to, RedisServer source, RedisServer target, Dice dice) => new(
        new RedisHabits
        {
            Route = _ =>
            {
                var (epoch, place) = route.Present;
                return ValueTask.FromResult((epoch, place == to ? target : source));
            },
            Epoch = () => route.Present.Epoch,
            LeavesKeysAtHandovers = true,
            Pace = TimeSpan.FromMilliseconds(15),
        },
        dice);

    private static async Task GoOn(LiveShop shop, RedisTraffic traffic)
    {
        await traffic.GoesOn(300);
        await shop.WritersGoOn(100);
    }
}
