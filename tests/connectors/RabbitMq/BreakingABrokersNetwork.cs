using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>Networks that are cut, and that stall, between Godwit and either broker while messages are
/// produced.</summary>
public sealed class BreakingABrokersNetwork(ITestOutputHelper output)
{
    private static readonly int Faults = JourneySeed.IsSoak ? 30 : 4;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string[] Types = ["classic", "quorum"];

    private enum Fault
    {
        Cut,
        CutWhileItHears,
        CutWhileItSays,
        Stall,
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_lost_doubled_or_out_of_order(bool atSource)
    {
        var dice = new Dice(JourneySeed.Print(output, atSource ? 1 : 0)).Split();
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await using (var hand = await from.Connect())
        {
            foreach (var type in Types)
                await hand.Declare(type, type);
        }
        await using var network = new TcpProxy(atSource ? from.Port : to.Port);
        await using var numbers = new NumberedMessages(from, Types, Pace);
        await using var moving = await DiligentMove.Begin(
            atSource ? from.Through(network) : from, atSource ? to : to.Through(network), reopens: true);
        for (var at = 0; at < Faults; at++)
        {
            await numbers.GoesOn(dice.Next(500), Patience);
            var fault = at < 4 && !JourneySeed.IsSoak ? (Fault)at : (Fault)dice.Next(dice.Says(0.2) ? 4 : 3);
            var failures = moving.Failures;
            Break(network, fault, atSource, dice);
            await moving.Until($"a failure by {fault}", () => moving.Failures > failures);
            network.Heal();
            var batches = moving.Batches;
            await moving.Until($"it goes on after {fault}", () => moving.Batches > batches + 1);
        }
        await numbers.Stop();
        await moving.End();
        await numbers.Audit(to, output);
    }

    private static void Break(TcpProxy network, Fault fault, bool atSource, Dice dice)
    {
        switch (fault)
        {
            case Fault.Cut:
                network.Cut();
                break;
            // A source says messages and hears acknowledgements; a target the other way round.
            case Fault.CutWhileItHears:
                network.CutAfterSent(dice.Next(atSource ? 2_000 : 100_000));
                break;
            case Fault.CutWhileItSays:
                network.CutAfter(dice.Next(atSource ? 100_000 : 2_000));
                break;
            case Fault.Stall:
                network.Stall();
                break;
        }
    }
}
