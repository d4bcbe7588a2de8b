using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Journeys.RabbitMq;

/// <summary><c>kill -9</c> at moments that chance chooses, while messages go into streams and into a queue beside
/// them.</summary>
public sealed class KillingGodwitAtStreams(ITestOutputHelper output)
{
    private static readonly int Kills = JourneySeed.IsSoak ? 50 : 4;

    private static readonly string[] Streams = ["t.events", "t.clicks"];

    private const string Queue = "t.orders";

    [Fact]
    public async Task However_often_it_is_killed_each_message_is_in_both_streams_once()
    {
        var dice = new Dice(JourneySeed.Print(output)).Split();
        var (source, target) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await Make(source);
        await using var move = new DatabaseMove(
            new MoveWishes(source.Address, target.Address) { Queues = "t.*", MaxPause = "8s" });
        var route = new ShopRoute(move.Routes, move.Wishes.RouteName, source.Address) { ClosesAtHandovers = false };
        await using var traffic = new QueueTraffic(route, source, target, [Queue]) { Streams = Streams };
        traffic.Produce();
        await traffic.GoesOn(500);

        for (var kill = 0; kill < Kills; kill++)
        {
            move.Start();
            await move.Shows("it follows", one => one.Phase == "following");
            await traffic.GoesOn(dice.Next(300));
            await move.Runner.Kill();
        }
        move.Start();
        await move.Follows();
        await traffic.GoesOn(100);
        foreach (var stream in Streams)
        {
            var copied = await QueueTraffic.ReadStream(target, stream);
            Assert.True(copied.Count > 0);
            Assert.Equal(Enumerable.Range(0, copied.Count), copied);
        }
        await move.Command("cutover");
        await traffic.GoesOn(200);
        await move.Runner.Kill();
        move.Start();
        await move.Shows("it guards", one => one.Phase == "guarding");
        await traffic.GoesOn(100);
        await move.Command("rollback");
        await traffic.GoesOn(200);
        await traffic.StopProducing();
        await move.Finish();

        // What came late to the target was brought back by the end.
        var found = await traffic.Audit(source);
        output.WriteLine($"{traffic.Produced} messages");
        Assert.True(found.Count == 0, string.Join("\n", found.Take(10)));
    }

    private static async Task Make(RabbitMqHost host)
    {
        await using var hand = await host.Connect();
        await hand.Declare(Queue, "classic");
        foreach (var stream in Streams)
            await hand.Declare(stream, "stream");
    }
}
