using Godwit.Core.Problems;
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
            atSource ? from.Through(network) : from, atSource ? to : to.Through(network));
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

        await using var target = await to.Connect();
        foreach (var queue in Types)
        {
            var found = (await target.TakeAll(queue)).Select(one => NumberedMessages.NumberIn(one.Body.Span)).ToList();
            output.WriteLine($"{queue}: {found.Count} messages, {moving.Failures} failures");
            Assert.Equal(found.Distinct().Order(), found);
            Assert.Empty(numbers.Confirmed(queue).Except(found));
        }
        Assert.True(await moving.Move.IsProved());
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

    /// <summary>Moves as the engine does it: what says that it is to be tried again is tried again; every other time
    /// with stores that are opened anew.</summary>
    private sealed class DiligentMove(QueueMove move) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private Task _moving = Task.CompletedTask;
        private int _failures;
        private int _batches;
        private string _seen = "";

        public QueueMove Move => move;

        public int Failures => Volatile.Read(ref _failures);

        /// <summary>How many went over.</summary>
        public int Batches => Volatile.Read(ref _batches);

        public static async Task<DiligentMove> Begin(RabbitMqHost from, RabbitMqHost to)
        {
            var moving = new DiligentMove(await new QueueMove(from, to).Open());
            moving._moving = moving.Go();
            return moving;
        }

        public Task Until(string what, Func<bool> holds) => Tests.Until.Holds(
            what, () => _moving.IsFaulted ? throw _moving.Exception : holds(), () => _seen, Patience);

        /// <summary>Returns when everything is over.</summary>
        public async Task End()
        {
            await _end.CancelAsync();
            await _moving;
            await move.Drain();
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await Task.WhenAny(_moving);
            await move.DisposeAsync();
            _end.Dispose();
        }

        private async Task Go()
        {
            var reopens = false;
            while (!_end.IsCancellationRequested)
            {
                try
                {
                    if (reopens)
                        await move.Crash();
                    reopens = false;
                    await using var batch = await move.Next();
                    if (batch is null)
                        continue;
                    await move.Apply(batch);
                    await move.Acknowledge(batch);
                    Interlocked.Increment(ref _batches);
                }
                catch (GodwitException failure) when (failure.Problem.Recovery == Recovery.Retry)
                {
                    _seen = failure.ToString();
                    reopens |= Interlocked.Increment(ref _failures) % 2 == 0;
                    await Task.Yield();
                }
            }
        }
    }
}
