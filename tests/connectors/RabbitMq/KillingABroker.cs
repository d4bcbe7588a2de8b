using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>Either broker is killed with <c>kill -9</c>, or stopped as a service is, while messages are produced and
/// moved.</summary>
/// <remarks>Only classic queues are killed: RabbitMQ 3.10 itself may not find a young quorum queue again after
/// that.</remarks>
public sealed class KillingABroker(ITestOutputHelper output)
{
    private static readonly int Kills = JourneySeed.IsSoak ? 10 : 1;

    private static readonly TimeSpan UntilABrokerIsBack = TimeSpan.FromMinutes(3);

    private static readonly string[] Queues = ["one", "two"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_kill_loses_nothing_doubles_nothing_and_keeps_the_order(bool isSource) =>
        Audited(isSource, "classic", server => server.Kill());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Nor_does_a_restart_of_quorum_queues_do_any_harm(bool isSource) =>
        Audited(isSource, "quorum", server => server.Stop());

    private async Task Audited(bool isSource, string type, Func<RabbitMqServer, Task> end)
    {
        var dice = new Dice(JourneySeed.Print(output, isSource ? 1 : 0)).Split();
        await using var killed = await RabbitMqServer.Start();
        var own = await killed.NewHost();
        var (from, to) = isSource
            ? (own, await RabbitMqServer.Host())
            : (await RabbitMqServer.Host(), own);
        await using (var hand = await from.Connect())
        {
            foreach (var name in Queues)
                await hand.Declare(name, type);
        }
        await using var numbers = new NumberedMessages(from, Queues);
        await using var moving = await DiligentMove.Begin(from, to);
        for (var kill = 0; kill < Kills; kill++)
        {
            // By turns amid many batches, and while the first after a crash is under way.
            var count = 1_000 + dice.Next(4_000);
            await (kill % 2 == 0 ? moving.GoesOn(count) : numbers.GoesOn(count, UntilABrokerIsBack));
            await end(killed);
            await killed.StartAgain();
        }
        await numbers.GoesOn(1_000, UntilABrokerIsBack);
        await numbers.Stop();
        await moving.End();
        await numbers.Audit(to, output);
    }
}
