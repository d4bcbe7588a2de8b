using Godwit.Core.Problems;
using Godwit.Core.Stores;
using Godwit.Tests.Servers;
using RabbitMQ.Client;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>After a cutover: queues belong to whoever consumes at the target, until they come back.</summary>
public sealed class ComingBack
{
    private const string Queue = "orders";

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task What_is_left_and_what_was_produced_since_comes_back_in_order()
    {
        await using var stage = await Stage.Set();
        await Stage.Publish(stage.Source, 1, 2, 3);
        await stage.Move.CutOver();
        await Stage.Publish(stage.Target, 4, 5);

        await stage.Move.DrainBack();
        Assert.Equal(5u, await stage.Target.Depth(Queue));
        await stage.Move.Target.Fence.Raise(None);
        await stage.Move.DrainBack();

        // What Godwit has just put there itself is nobody's late write.
        Assert.Null(await stage.Move.Source.Fence.LateWrites(None));
        await stage.Move.Source.Fence.Lower(None);
        await stage.Move.Drain();
        Assert.Equal([1, 2, 3, 4, 5], await Stage.TakeAll(stage.Source));
        Assert.Equal(0u, await stage.Target.Depth(Queue));
        Assert.True(await stage.Move.IsProved());
    }

    [Fact]
    public async Task A_late_message_is_told_until_it_is_taken_and_arrives_once()
    {
        await using var stage = await Stage.Set();
        await stage.Move.CutOver();
        await Stage.Publish(stage.Source, 1);

        for (var time = 0; time < 3; time++)
        {
            await using var late = await stage.Move.Source.Fence.LateWrites(None);
            Assert.Equal(1, late!.KeyCount);
            await stage.Move.Target.Target.Apply(late, ApplyReason.LateWrite, None);
            if (time < 2)
                await stage.Move.Crash();
        }
        await stage.Move.Source.Fence.LateWritesTaken(None);

        Assert.Null(await stage.Move.Source.Fence.LateWrites(None));
        Assert.Equal([1], await Stage.TakeAll(stage.Target));
        Assert.Equal(0u, await stage.Source.Depth(Queue));
    }

    [Fact]
    public async Task A_rollback_is_refused_while_somebody_consumes_at_the_target()
    {
        await using var stage = await Stage.Set();
        await stage.Move.CutOver();
        await stage.Target.Taking.BasicConsumeAsync(
            Queue, autoAck: false, new AsyncDefaultBasicConsumer(stage.Target.Taking), None);
        var failure = await Assert.ThrowsAsync<GodwitException>(() => stage.Move.Target.Fence.Raise(None));
        Assert.Equal("GW-RMQ-007", failure.Problem.Code);
    }

    private sealed class Stage(QueueMove move, RabbitMqHand source, RabbitMqHand target) : IAsyncDisposable
    {
        public QueueMove Move => move;

        public RabbitMqHand Source => source;

        public RabbitMqHand Target => target;

        public static async Task<Stage> Set()
        {
            var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
            var source = await from.Connect();
            await source.Declare(Queue, "classic");
            var move = await new QueueMove(from, to).Open();
            return new Stage(move, source, await to.Connect());
        }

        public static async Task Publish(RabbitMqHand hand, params byte[] numbers)
        {
            foreach (var number in numbers)
                await hand.Publish(Queue, new BasicProperties(), [number]);
        }

        public static async Task<IEnumerable<int>> TakeAll(RabbitMqHand hand) =>
            (await hand.TakeAll(Queue)).Select(one => (int)one.Body.Span[0]);

        public async ValueTask DisposeAsync()
        {
            await move.DisposeAsync();
            await source.DisposeAsync();
            await target.DisposeAsync();
        }
    }
}
