using System.Text.Json.Nodes;
using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Journeys.Shop;

/// <summary>The README's example on real servers: rows, keys, files and queues of one tenant go over together and come
/// back, while messages tie them together.</summary>
public sealed class MovingAWholeShop(ITestOutputHelper output)
{
    /// <summary>Otherwise it waits five seconds for further replicas before it tells what it has.</summary>
    private const string AtOnce = "repl-diskless-sync-delay 0";

    private static readonly int Kills = JourneySeed.IsSoak ? 20 : 3;

    private static readonly int Rounds = JourneySeed.IsSoak ? 10 : 1;

    [Fact]
    public async Task The_shop_of_the_README_goes_over_and_comes_back_with_all_that_its_messages_name()
    {
        var dice = new Dice(JourneySeed.Print(output)).Split();
        await using var cache = await RedisServer.Start(AtOnce);
        await using var otherCache = await RedisServer.Start(AtOnce);
        await using var shop = await WholeShop.Build(cache, otherCache);
        await shop.Start();
        await shop.PackAt(shop.Source);
        await shop.GoesOn(50);
        Assert.Contains("GW-RMQ-007", (await shop.Move.Check()).Output, StringComparison.Ordinal);
        await shop.StopPacking();
        var check = await shop.Move.Check();
        Assert.True(check.Code == 0, check.ToString());

        await Kill(shop, dice);
        for (var round = 0; round < Rounds; round++)
        {
            await HandOver(shop, "cutover", shop.Target, isKilled: round % 2 == 0);
            await HandOver(shop, "rollback", shop.Source, isKilled: round % 2 == 1);
        }
        await shop.End();
        output.WriteLine(
            $"{shop.Books.Sold} orders, {shop.Books.Refusals} refusals; {shop.Others.Sold} orders of others");
        Assert.Equal(0, shop.Others.Refusals);
    }

    /// <summary>While it copies, and while it follows; packers go to the target when their queues are there.</summary>
    private static async Task Kill(WholeShop shop, Dice dice)
    {
        for (var kill = 0; kill < Kills; kill++)
        {
            shop.Move.Start();
            if (kill == 0)
                await shop.Move.Shows("it has begun", one => one.Phase != "starting");
            else
                await shop.Move.Shows("it follows", one => one.Phase == "following");
            if (kill == 1)
                await shop.PackAt(shop.Target);
            await shop.GoesOn(dice.Next(60));
            await shop.Move.Runner.Kill();
        }
        shop.Move.Start();
        await shop.Move.Follows();
        await shop.Audit();
    }

    /// <summary>Traffic goes from one side to the other, with a message that is sent to the old side after all that;
    /// and everything is audited.</summary>
    private async Task HandOver(WholeShop shop, string word, ShopSide to, bool isKilled)
    {
        var epoch = shop.Route.Present.Epoch;
        if (epoch > 0)
        {
            await IsRefusedWhilePacked(shop, word);
            await shop.StopPacking();
        }
        shop.Slow.Sending.Close();
        await Until.Holds("a message waits, its row is written", () => shop.Slow.Sending.IsWaitedAt);
        var times = isKilled ? 1 : 0;
        if (isKilled)
            await KillAmid(shop, word);
        if (shop.Route.Present.Epoch == epoch)
            times += await shop.Move.Command(word);
        if (times > 1 && epoch > 0)
            shop.Books.Stir(epoch);
        Assert.Equal(epoch + 1, shop.Route.Present.Epoch);
        Assert.Equal(4, Places(shop).Count(one => one.Value!.GetValue<string>().Contains(
            to == shop.Target ? "NEW" : "OLD", StringComparison.Ordinal)));
        var refusals = shop.Books.Refusals;
        shop.Slow.Sending.Open();
        await shop.PackAt(to);
        await shop.GoesOn(100);
        await shop.Audit();
        output.WriteLine($"{word}: {shop.Books.Sold} orders, {refusals} refusals");
    }

    /// <summary>And then nobody was sent away: that somebody consumes is found before any fence is up.</summary>
    private static async Task IsRefusedWhilePacked(WholeShop shop, string word)
    {
        var refusals = shop.Books.Refusals;
        GodwitAnswer? answer = null;
        await Until.Holds(
            $"'{word}' is refused because of who consumes, and not because it is too early",
            async () =>
            {
                answer = await shop.Move.Godwit(word, shop.Move.Wishes.Name);
                Assert.True(answer.Code == 4, answer.ToString());
                return answer.ToString().Contains("consume", StringComparison.Ordinal);
            },
            () => $"{answer}");
        Assert.Equal(refusals, shop.Books.Refusals);
    }

    /// <summary>With a handover under way: sellers were sent away.</summary>
    private static async Task KillAmid(WholeShop shop, string word)
    {
        var refusals = shop.Books.Refusals;
        await using var given = shop.Move.BeginCommand(word);
        await Until.Holds(
            "sellers are sent away, or it is over", () => shop.Books.Refusals > refusals || given.HasEnded);
        await shop.Move.Runner.Kill();
        await given.Kill();
        shop.Move.Start();
        await shop.Move.Shows(
            "everything is verified once", one => one is { Phase: "following" or "guarding", Passes: > 0 });
        // Commands are answered in their order: when this one is answered, what was begun is brought to its end.
        await shop.Move.Godwit("resume", shop.Move.Wishes.Name);
    }

    private static JsonObject Places(WholeShop shop) =>
        JsonNode.Parse(File.ReadAllBytes(shop.Move.Routes))!["42"]!["places"]!.AsObject();
}
