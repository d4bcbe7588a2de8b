using Godwit.Connectors.RabbitMq.Moving;
using Godwit.Core.Stores;
using Godwit.Tests.Servers;
using RabbitMQ.Client;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>Queues that hand on what nobody wants, between two real brokers.</summary>
public sealed class MovingDeadLetters
{
    private const string Dead = "orders.dead";
    private const string Exchange = "dead";

    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task Dead_letters_keep_their_history_and_moving_makes_none(string type)
    {
        await using var stage = await QueueStage.Set(source => Declare(source, type));
        var source = stage.Source;
        await source.Declare("copy", type);
        await source.Taking.QueueBindAsync("copy", Exchange, "gone", cancellationToken: None);
        for (byte number = 0; number < 8; number++)
            await source.Publish(QueueStage.Queue, new BasicProperties { Expiration = "600000" }, [number]);
        await QueueStage.Reject(source, QueueStage.Queue, 3);
        await Until.Holds("they are dead letters", async () => await source.Depth("copy") == 3);
        var before = (await source.TakeAll("copy")).Select(Seen).ToList();
        Assert.All(before, one => Assert.StartsWith("gone, x-death", one, StringComparison.Ordinal));

        await stage.Move.Open();
        foreach (var step in (int[])[1, 2])
            await stage.Move.CrashAfter(step);
        await stage.Move.Drain();

        Assert.Equal(before, (await stage.Target.TakeAll(Dead)).Select(Seen));
        Assert.Equal(
            [3, 4, 5, 6, 7], (await stage.Target.TakeAll(QueueStage.Queue)).Select(one => (int)one.Body.Span[0]));
        Assert.Equal(0u, await source.Depth(Dead));
        Assert.True(await stage.Move.IsProved());
    }

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task After_the_cutover_the_target_hands_on_what_nobody_wants(string type)
    {
        await using var stage = await QueueStage.Set(source => Declare(source, type));
        await stage.Source.Publish(QueueStage.Queue, new BasicProperties(), [1]);
        await (await stage.Move.Open()).CutOver();
        await stage.Target.Publish(QueueStage.Queue, new BasicProperties(), [2]);

        await QueueStage.Reject(stage.Target, QueueStage.Queue, 2);

        await Until.Holds("they are dead letters", async () => await stage.Target.Depth(Dead) == 2);
        Assert.Equal([1, 2], (await stage.Target.TakeAll(Dead)).Select(one => (int)one.Body.Span[0]));
    }

    [Fact]
    public async Task An_exchange_for_dead_letters_that_a_policy_names_comes_over_too()
    {
        await using var stage = await QueueStage.Set(async source =>
        {
            await source.Declare(QueueStage.Queue, "classic");
            await source.Taking.ExchangeDeclareAsync(
                Exchange, "fanout", durable: true, autoDelete: false, cancellationToken: None);
        });
        await stage.From.SetPolicy("dead", ".*", "dead-letter-exchange", Exchange);

        await stage.Move.Open();

        await stage.Target.Taking.ExchangeDeclarePassiveAsync(Exchange, None);
    }

    [Fact]
    public async Task A_limit_of_deliveries_is_told_because_each_lost_connection_counts()
    {
        await using var stage = await QueueStage.Set("quorum", ("x-delivery-limit", 3));
        Assert.Contains("3", Assert.Single(await stage.Checked(StoreRole.Source, "GW-RMQ-041")).What);
    }

    [Fact]
    public async Task Where_no_limit_is_set_the_one_is_told_that_the_release_has()
    {
        await using var stage = await QueueStage.Set("quorum");
        var told = (await stage.Checked(StoreRole.Source, "GW-RMQ-041")).Select(one => one.What).ToList();
        if (stage.Source.Release >= new Version(4, 0))
            Assert.Contains(" 20 times", Assert.Single(told), StringComparison.Ordinal);
        else
            Assert.Empty(told);
    }

    private static async Task Declare(RabbitMqHand source, string type)
    {
        await source.Taking.ExchangeDeclareAsync(
            Exchange, "direct", durable: true, autoDelete: false, cancellationToken: None);
        await source.Declare(
            QueueStage.Queue, type, ("x-dead-letter-exchange", Exchange), ("x-dead-letter-routing-key", "gone"));
        await source.Declare(Dead, type);
        await source.Taking.QueueBindAsync(Dead, Exchange, "gone", cancellationToken: None);
    }

    /// <summary>A quorum queue adds a header to what it hands out.</summary>
    private static string Seen(BasicGetResult one)
    {
        var kept = new BasicProperties(one.BasicProperties)
        {
            Headers = one.BasicProperties.Headers?.Where(header => header.Key != "x-delivery-count").ToDictionary(),
        };
        return $"{one.RoutingKey}, {string.Join(' ', kept.Headers?.Keys.Order().ToArray() ?? [])}:"
            + $" {MessageHash.Of(one.RoutingKey, kept, one.Body.Span):x}";
    }
}
