using System.Globalization;
using System.Text;
using Godwit.Connectors.RabbitMq;
using Godwit.Connectors.RabbitMq.Moving;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Stores;
using Godwit.Tests.Servers;
using RabbitMQ.Client;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>What every message may rely on, between two real brokers.</summary>
public sealed class MovingMessages
{
    private const string Queue = "orders";

    private static CancellationToken None => CancellationToken.None;

    public static TheoryData<string> Types => ["classic", "quorum"];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Everything_of_a_message_comes_over_and_in_order(string type)
    {
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await using var source = await from.Connect();
        await using var target = await to.Connect();
        await source.Declare(Queue, type);
        byte[][] bodies = [[], [0], "text"u8.ToArray(), Binary(1 << 20)];
        BasicProperties[] kinds = [new(), HashingMessages.Everything(), new() { Priority = 3, Expiration = "9999999" }];
        foreach (var body in bodies)
        {
            foreach (var properties in kinds)
                await source.Publish(Queue, properties, body);
        }

        await using var move = await new QueueMove(from, to).Open();
        await move.Drain();

        Assert.Equal(0u, await source.Depth(Queue));
        var moved = await target.TakeAll(Queue);

        // Quorum queues of RabbitMQ 4 keep the order of what is important, and that of the rest.
        var overtakes = type == "quorum" && source.Release.Major >= 4;
        Assert.Equal(
            bodies.SelectMany(body => kinds.Select(one => (one.Priority, Seen: Seen(Queue, one, body))))
                .OrderBy(one => overtakes && one.Priority > 4).Select(one => one.Seen),
            moved.OrderBy(one => overtakes && one.BasicProperties.Priority > 4)
                .Select(one => Seen(one.RoutingKey, one.BasicProperties, one.Body.Span)));
        Assert.All(moved, one => Assert.False(one.Redelivered));
        Assert.True(await move.IsProved());
    }

    [Theory]
    [InlineData("classic", false)]
    [InlineData("classic", true)]
    [InlineData("quorum", false)]
    [InlineData("quorum", true)]
    public async Task However_often_it_crashes_between_two_steps_each_message_arrives_once(string type, bool identical)
    {
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await using var source = await from.Connect();
        await using var target = await to.Connect();
        await source.Declare(Queue, type);
        await using var move = await new QueueMove(from, to).Open();
        var told = 0;
        for (var round = 0; round < 6; round++)
        {
            for (var left = 40; left > 0; left--)
                await source.Publish(Queue, new BasicProperties(), Body(identical ? 0 : told++));
            if (identical)
                told += 40;
            await move.CrashAfter(round % 3);
        }
        await move.Drain();

        var moved = await target.TakeAll(Queue);
        Assert.Equal(
            Enumerable.Range(0, told).Select(one => identical ? 0 : one), moved.Select(one => Number(one.Body.Span)));
        Assert.True(await move.IsProved());
        Assert.Equal(0u, await source.Depth(Queue));
    }

    [Theory]
    [InlineData("classic", 0)]
    [InlineData("classic", 5)]
    [InlineData("classic", 95)]
    [InlineData("classic", 100)]
    [InlineData("quorum", 50)]
    public async Task A_crash_in_the_middle_of_publishing_doubles_nothing(string type, int percent)
    {
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await using var source = await from.Connect();
        await using var target = await to.Connect();
        await source.Declare(Queue, type);
        await using var move = await new QueueMove(from, to).Open();
        for (var at = 0; at < 30; at++)
            await source.Publish(Queue, new BasicProperties { Expiration = "60000" }, Body(0));
        await PublishSome(move, percent);

        await move.Crash();
        await move.Drain();

        Assert.Equal(30, (await target.TakeAll(Queue)).Count);
        Assert.True(await move.IsProved());
    }

    [Fact]
    public async Task A_target_that_is_full_holds_the_move_up_and_gets_each_message_once()
    {
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await using var source = await from.Connect();
        await using var target = await to.Connect();
        (string, object)[] full = [("x-max-length", 10), ("x-overflow", "reject-publish")];
        await source.Declare(Queue, "classic", full);
        await target.Declare(Queue, "classic", full);
        await using var move = await new QueueMove(from, to).Open();
        var taken = new List<int>();
        for (var round = 0; round < 3; round++)
        {
            for (var at = 0; at < 10; at++)
                await source.Publish(Queue, new BasicProperties(), Body((round * 10) + at));
            if (round == 0)
            {
                await move.Drain();
                continue;
            }
            var failure = await Assert.ThrowsAsync<GodwitException>(move.Drain);
            Assert.Equal(("GW-RMQ-011", Recovery.Pause), (failure.Problem.Code, failure.Problem.Recovery));
            if (round == 1)
                await move.Crash();
            taken.AddRange((await target.TakeAll(Queue)).Select(one => Number(one.Body.Span)));
            await move.Drain();
        }
        taken.AddRange((await target.TakeAll(Queue)).Select(one => Number(one.Body.Span)));
        Assert.Equal(Enumerable.Range(0, 30), taken.Order());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task What_many_unfinished_readers_gave_back_comes_in_order(string type)
    {
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await using var source = await from.Connect();
        await using var target = await to.Connect();
        await source.Declare(Queue, type);
        await using var move = await new QueueMove(from, to).Open();
        const int Many = 30_000;
        await using (var hand = await source.Confirming())
            await Task.WhenAll(Enumerable.Range(0, Many).Select(
                at => hand.BasicPublishAsync("", Queue, mandatory: true, Body(at), None).AsTask()));
        for (var round = 0; round < 6; round++)
        {
            for (var whole = 0; whole < 2; whole++)
            {
                await using var batch = await move.Told();
                await move.Apply(batch);
                await move.Acknowledge(batch);
            }
            await move.CrashAfter(round % 3);
        }
        await move.Drain();

        Assert.Equal(Enumerable.Range(0, Many), (await target.TakeAll(Queue)).Select(one => Number(one.Body.Span)));
    }

    [Fact]
    public async Task Marks_without_number_are_reached_as_one_is()
    {
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await using var source = await from.Connect();
        await source.Declare(Queue, "classic");
        await using var move = await new QueueMove(from, to).Open();
        var last = default(Position);
        for (var round = 0; round < 3; round++)
        {
            for (var count = 0; count < 1_000; count++)
                last = await move.Source.Changes.Mark(None);
            await source.Publish(Queue, new BasicProperties(), Body(round));
            await move.Drain();
            Assert.True(await move.Target.Target.Reached(None) >= last);
        }
        Assert.Equal(3, move.Moved);
    }

    [Fact]
    public async Task Queues_of_several_types_move_together()
    {
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await using var source = await from.Connect();
        await using var target = await to.Connect();
        await source.Declare("c", "classic");
        await source.Declare("q", "quorum");
        await using var move = await new QueueMove(from, to).Open();
        for (var round = 0; round < 5; round++)
        {
            for (var at = 0; at < 40; at++)
                await source.Publish(at % 2 == 0 ? "c" : "q", new BasicProperties(), Body((40 * round) + at));
            await move.Drain();
        }
        foreach (var (queue, first) in ((string, int)[])[("c", 0), ("q", 1)])
            Assert.Equal(
                Enumerable.Range(0, 100).Select(one => (2 * one) + first),
                (await target.TakeAll(queue)).Select(one => Number(one.Body.Span)));
        Assert.True(await move.IsProved());
    }

    [Theory]
    [InlineData("classic", true)]
    [InlineData("classic", false)]
    [InlineData("quorum", true)]
    public async Task A_queue_of_the_target_that_is_deleted_is_an_alarm_and_takes_what_comes_then(
        string type, bool betweenBatches)
    {
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await using var source = await from.Connect();
        await using var target = await to.Connect();
        await source.Declare(Queue, type);
        await using var move = await new QueueMove(from, to).Open();
        await source.Publish(Queue, new BasicProperties(), Body(0));
        await move.Drain();
        await source.Publish(Queue, new BasicProperties(), Body(1));
        if (!betweenBatches)
        {
            await move.Crash();
            await PublishSome(move, 100);
        }
        await target.Taking.QueueDeleteAsync(Queue, ifUnused: false, ifEmpty: false, cancellationToken: None);
        await target.Declare(Queue, type);
        if (!betweenBatches)
            await move.Crash();

        var failure = await Assert.ThrowsAsync<GodwitException>(move.Drain);

        Assert.Equal(("GW-RMQ-023", Recovery.Pause), (failure.Problem.Code, failure.Problem.Recovery));
        Assert.StartsWith("1 messages", failure.Problem.Why, StringComparison.Ordinal);
        Assert.Equal(0u, await target.Depth(Queue));
        await source.Publish(Queue, new BasicProperties(), Body(2));
        await move.Drain();
        Assert.Equal([1, 2], (await target.TakeAll(Queue)).Select(one => Number(one.Body.Span)));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Whoever_else_consumes_is_named(string type)
    {
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await using var source = await from.Connect();
        await source.Declare(Queue, type);
        await source.Taking.BasicConsumeAsync(
            Queue, autoAck: false, new AsyncDefaultBasicConsumer(source.Taking), None);
        await using var move = await new QueueMove(from, to).Open();
        var failure = await Assert.ThrowsAsync<GodwitException>(move.Drain);
        Assert.Equal("GW-RMQ-007", failure.Problem.Code);
        Assert.Contains(Queue, failure.Problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exchanges_bindings_and_arguments_come_over()
    {
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await using var source = await from.Connect();
        await using var target = await to.Connect();
        await source.Declare(Queue, "quorum", ("x-max-length", 1000), ("x-dead-letter-exchange", "dead"));
        await source.Taking.ExchangeDeclareAsync(
            "dead", "fanout", durable: true, autoDelete: false, cancellationToken: None);
        await source.Taking.ExchangeDeclareAsync(
            "outer", "topic", durable: true, autoDelete: false, cancellationToken: None);
        await source.Taking.ExchangeDeclareAsync(
            "inner", "headers", durable: true, autoDelete: false, cancellationToken: None);
        await source.Taking.ExchangeBindAsync("inner", "outer", "o.#", cancellationToken: None);
        await source.Taking.QueueBindAsync(
            Queue, "inner", "", new Dictionary<string, object?> { ["x-match"] = "any", ["kind"] = "order" },
            cancellationToken: None);

        await using var move = await new QueueMove(from, to).Open();

        await target.Publishing.BasicPublishAsync(
            "outer", "o.1", mandatory: true,
            new BasicProperties { Headers = new Dictionary<string, object?> { ["kind"] = "order" } },
            Body(1), None);
        await Until.Holds("the message found its way", async () => await target.Depth(Queue) == 1);
        await target.Taking.ExchangeDeclarePassiveAsync("dead", None);
        await target.Declare(Queue, "quorum", ("x-max-length", 1000), ("x-dead-letter-exchange", "dead"));
    }

    /// <summary>Publishes the beginning of a batch as the target does it, and then no more.</summary>
    private static async Task PublishSome(QueueMove move, int percent)
    {
        await using var batch = await move.Told();
        var messages = (MessageBatch)batch.Native!;
        await using var session = new BrokerSession(move.Opening(StoreRole.Target), StoreRole.Target);
        await using var publisher = await Publisher.Open(session, None);
        session.Received.Read();
        session.Received.Begin(messages.Number, [], await publisher.Reset([Queue], None));
        await publisher.Publish([.. messages.Messages.Take(messages.Messages.Count * percent / 100)], _ => { });
    }

    /// <summary>A quorum queue adds a header to what it hands out.</summary>
    private static string Seen(string routingKey, IReadOnlyBasicProperties properties, ReadOnlySpan<byte> body)
    {
        var kept = new BasicProperties(properties)
        {
            Headers = properties.Headers?.Where(one => one.Key != "x-delivery-count").ToDictionary(),
        };
        return $"{body.Length} bytes, {string.Join(' ', kept.Headers?.Keys.Order().ToArray() ?? [])},"
            + $" {kept.DeliveryMode} {kept.Priority} {kept.Expiration} {routingKey}:"
            + $" {MessageHash.Of(routingKey, kept, body):x}";
    }

    private static byte[] Binary(int size) => [.. Enumerable.Range(0, size).Select(one => (byte)(one * 31))];

    private static byte[] Body(int number) =>
        Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    private static int Number(ReadOnlySpan<byte> body) => int.Parse(body, CultureInfo.InvariantCulture);
}
