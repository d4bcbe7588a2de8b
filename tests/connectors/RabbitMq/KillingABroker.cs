using Godwit.Core.Problems;
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

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(50);
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
        await using var move = await new QueueMove(from, to).Open();
        using var over = new CancellationTokenSource();
        var moving = Move(move, over.Token);
        for (var kill = 0; kill < Kills; kill++)
        {
            // By turns amid many batches, and while the first after a crash is under way.
            var count = 1_000 + dice.Next(4_000);
            await (kill % 2 == 0 ? Moved(move, count, moving) : numbers.GoesOn(count, UntilABrokerIsBack));
            await end(killed);
            await killed.StartAgain();
        }
        await numbers.GoesOn(1_000, UntilABrokerIsBack);
        await numbers.Stop();
        await over.CancelAsync();
        await moving;
        await Drained(move);

        await using var target = await to.Connect();
        foreach (var name in Queues)
        {
            var found = (await target.TakeAll(name)).Select(one => NumberedMessages.NumberIn(one.Body.Span)).ToList();
            var doubled = found.CountBy(one => one).Where(one => one.Value > 1).Select(one => one.Key).ToList();
            output.WriteLine($"{name}: {found.Count} messages, {doubled.Count} came twice");
            Assert.True(
                doubled.Count == 0, $"{name}: {doubled.Count} came twice, {string.Join(' ', doubled.Take(5))}");
            Assert.Equal(found.Distinct().Order(), found.Distinct());
            Assert.Empty(numbers.Confirmed(name).Except(found));
        }
        Assert.True(await move.IsProved());
    }

    /// <summary>As the engine does it: what says that it is to be tried again is tried again.</summary>
    private static async Task Move(QueueMove move, CancellationToken end)
    {
        using var pauses = new PeriodicTimer(BetweenAttempts);
        while (!end.IsCancellationRequested)
        {
            try
            {
                await move.Drain();
            }
            catch (GodwitException failure) when (failure.Problem.Recovery == Recovery.Retry)
            {
                await pauses.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }

    private static Task Moved(QueueMove move, int count, Task moving)
    {
        var enough = move.Moved + count;
        return Until.Holds(
            $"{count} messages more are moved",
            () =>
            {
                Assert.False(moving.IsFaulted, moving.Exception?.ToString());
                return move.Moved >= enough;
            },
            patience: UntilABrokerIsBack);
    }

    private static async Task Drained(QueueMove move)
    {
        var seen = "";
        await Until.Holds(
            "everything is at the target",
            async () =>
            {
                try
                {
                    await move.Drain();
                    return true;
                }
                catch (GodwitException failure) when (failure.Problem.Recovery == Recovery.Retry)
                {
                    seen = failure.ToString();
                    return false;
                }
            },
            () => seen,
            UntilABrokerIsBack);
    }
}
