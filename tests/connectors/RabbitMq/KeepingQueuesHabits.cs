using Godwit.Core.Problems;
using Godwit.Core.Stores;
using Godwit.Tests.Servers;
using RabbitMQ.Client;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>What queues and exchanges do by their arguments, they do at the target; what cannot is named.</summary>
public sealed class KeepingQueuesHabits
{
    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData("classic", "x-queue-mode", "lazy")]
    [InlineData("classic", "x-single-active-consumer", true)]
    [InlineData("quorum", "x-single-active-consumer", true)]
    [InlineData("classic", "x-max-length-bytes", 1_000_000)]
    [InlineData("quorum", "x-max-in-memory-length", 10)]
    public async Task An_argument_stays_and_messages_move(string type, string name, object value)
    {
        await using var stage = await QueueStage.Set(type, (name, value));
        await stage.Source.Publish(QueueStage.Queue, new BasicProperties(), [1]);
        await stage.Move.Open();
        await stage.Source.Publish(QueueStage.Queue, new BasicProperties(), [2]);

        await stage.Move.CrashAfter(1);
        await stage.Move.Drain();

        await stage.Target.Declare(QueueStage.Queue, type, (name, value));
        await Until.Holds("both are there", async () => await stage.Target.Depth(QueueStage.Queue) == 2);
        Assert.True(await stage.Move.IsProved());
    }

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task A_queue_that_forgets_its_oldest_keeps_the_newest_at_the_target(string type)
    {
        await using var stage = await QueueStage.Set(type, ("x-max-length", 10));
        for (byte number = 0; number < 15; number++)
            await stage.Source.Publish(QueueStage.Queue, new BasicProperties(), [number]);
        await stage.Move.Open();
        await stage.Move.Drain();
        Assert.Equal(10u, await stage.Target.Depth(QueueStage.Queue));
        for (byte number = 15; number < 20; number++)
            await stage.Source.Publish(QueueStage.Queue, new BasicProperties(), [number]);
        await stage.Move.Drain();

        Assert.Equal(
            Enumerable.Range(10, 10),
            (await stage.Target.TakeAll(QueueStage.Queue)).Select(one => (int)one.Body.Span[0]));
        Assert.True(await stage.Move.IsProved());
    }

    [Fact]
    public async Task A_queue_that_refuses_when_it_is_full_is_told()
    {
        await using var stage = await QueueStage.Set(
            "classic", ("x-max-length", 10), ("x-overflow", "reject-publish"));
        Assert.Single(await stage.Checked(StoreRole.Target, "GW-RMQ-018"));
    }

    [Theory]
    [InlineData(true, false, true, "one connection")]
    [InlineData(true, true, false, "last consumer")]
    [InlineData(false, false, false, "not durable")]
    public async Task A_queue_that_cannot_be_moved_is_named(bool durable, bool autoDelete, bool exclusive, string why)
    {
        await using var stage = await QueueStage.Set("classic");
        await stage.Source.Taking.QueueDeclareAsync("own", durable, exclusive, autoDelete, cancellationToken: None);
        await stage.Move.Check(StoreRole.Source);
        var catalog = await stage.Move.Source.Catalog.Read(None);
        Assert.Equal([QueueStage.Queue], catalog.Streams.Select(one => one.Name));
        var problem = Assert.Single(catalog.Unsupported).Value;
        Assert.Equal(("GW-RMQ-016", Recovery.Stop), (problem.Code, problem.Recovery));
        Assert.Contains("'own'", problem.What, StringComparison.Ordinal);
        Assert.Contains(why, problem.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("all", "order", 3, 1u)]
    [InlineData("all", "order", 4, 0u)]
    [InlineData("any", "order", 4, 1u)]
    [InlineData("any", "bill", 4, 0u)]
    [InlineData("any", "bill", 3, 1u)]
    public async Task After_the_cutover_headers_lead_messages_where_they_led_them(
        string match, string kind, int size, uint arrived)
    {
        await using var stage = await QueueStage.Set(async source =>
        {
            await source.Declare(QueueStage.Queue, "classic");
            await source.Taking.ExchangeDeclareAsync(
                "kinds", "headers", durable: true, autoDelete: false, cancellationToken: None);
            await source.Taking.QueueBindAsync(
                QueueStage.Queue, "kinds", "",
                new Dictionary<string, object?> { ["x-match"] = match, ["kind"] = "order", ["size"] = 3 },
                cancellationToken: None);
        });
        await Publish(stage.Source);
        Assert.Equal(arrived, await stage.Source.Depth(QueueStage.Queue));

        await (await stage.Move.Open()).CutOver();
        await Publish(stage.Target);

        Assert.Equal(2 * arrived, await stage.Target.Depth(QueueStage.Queue));

        async Task Publish(RabbitMqHand hand)
        {
            var channel = await hand.Confirming();
            await using var _ = channel;
            await channel.BasicPublishAsync(
                "kinds", "", mandatory: false,
                new BasicProperties
                {
                    Headers = new Dictionary<string, object?> { ["kind"] = kind, ["size"] = size },
                },
                new byte[] { 1 }, None);
        }
    }

    [Fact]
    public async Task A_kind_of_exchange_that_the_target_does_not_know_is_no_broken_connection()
    {
        await using var stage = await QueueStage.Set("classic");
        await stage.Move.Open();
        var model = SchemaModel.None(stage.Move.Source.Abilities.Family) with
        {
            BeforeCopy =
            [
                """{"kind":"exchange","name":"later","type":"x-delayed-message","durable":true,"auto_delete":false}""",
            ],
        };
        var failure = await Assert.ThrowsAsync<GodwitException>(
            () => stage.Move.Target.Target.Prepare(stage.Move.Streams, model, None));
        Assert.Equal(("GW-RMQ-006", Recovery.Pause), (failure.Problem.Code, failure.Problem.Recovery));
        Assert.Contains("x-delayed-message", failure.Problem.Why, StringComparison.Ordinal);
    }
}
