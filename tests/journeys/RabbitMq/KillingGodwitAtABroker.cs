using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Journeys.RabbitMq;

/// <summary><c>kill -9</c> at moments that chance chooses, while messages are produced and consumed.</summary>
public sealed class KillingGodwitAtABroker(ITestOutputHelper output)
{
    private static readonly int Kills = JourneySeed.IsSoak ? 50 : 4;

    private static readonly string[] Queues = ["t.orders", "t.invoices"];

    [Fact]
    public async Task However_often_it_is_killed_each_message_arrives_once_and_in_order()
    {
        var dice = new Dice(JourneySeed.Print(output)).Split();
        var (source, target) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await Make(source, Queues);
        await using var move = new DatabaseMove(
            new MoveWishes(source.Address, target.Address) { Queues = "t.*", MaxPause = "8s" });
        var route = new ShopRoute(move.Routes, move.Wishes.RouteName, source.Address) { ClosesAtHandovers = false };
        await using var traffic = new QueueTraffic(route, source, target, Queues);
        traffic.Produce();
        await traffic.GoesOn(500);

        for (var kill = 0; kill < Kills; kill++)
        {
            move.Start();
            await move.Shows("it follows", one => one.Phase == "following");
            if (kill == 0)
                traffic.ConsumeAt(target);
            await traffic.GoesOn(dice.Next(300));
            await move.Runner.Kill();
        }
        move.Start();
        await move.Follows();
        await traffic.GoesOn(100);
        await traffic.StopConsuming();
        Assert.True(traffic.IsInOrder);
        traffic.ConsumeAt(target);

        await move.Command("cutover");
        await traffic.GoesOn(200);
        await move.Runner.Kill();
        move.Start();
        await move.Shows("it guards", one => one.Phase == "guarding");
        await traffic.GoesOn(100);

        await traffic.StopConsuming();
        await move.Command("rollback");
        traffic.ConsumeAt(source);
        await traffic.GoesOn(200);
        await traffic.StopProducing();
        await traffic.StopConsuming();
        await move.Finish();

        // What came late to the target was brought back by the end.
        var found = await traffic.Audit(source);
        output.WriteLine($"{traffic.Produced} messages");
        Assert.True(found.Count == 0, string.Join("\n", found.Take(10)));
        await using var hand = await target.Connect();
        foreach (var queue in Queues)
            Assert.Equal(0u, await hand.Depth(queue));
    }

    private static async Task Make(RabbitMqHost host, string[] queues)
    {
        await using var hand = await host.Connect();
        await hand.Declare(queues[0], "classic");
        await hand.Declare(queues[1], "quorum");
    }
}
