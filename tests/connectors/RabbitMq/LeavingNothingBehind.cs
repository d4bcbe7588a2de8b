using Godwit.Core.Stores;
using Godwit.Tests.Servers;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>Exchanges and bindings around queues that are moved, between two real brokers.</summary>
public sealed class LeavingNothingBehind
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task An_internal_exchange_takes_at_the_target_what_other_exchanges_send_and_nothing_else()
    {
        await using var stage = await QueueStage.Set(async source =>
        {
            await source.Declare(QueueStage.Queue, "classic");
            await Exchange(source, "entry", "fanout");
        });
        await stage.From.MakeInternalExchange("inner");
        await stage.Source.Taking.ExchangeBindAsync("inner", "entry", "", cancellationToken: None);
        await stage.Source.Taking.QueueBindAsync(QueueStage.Queue, "inner", "", cancellationToken: None);

        await (await stage.Move.Open()).CutOver();

        await Send(stage.Target, "entry", "any");
        Assert.Equal(1u, await stage.Target.Depth(QueueStage.Queue));
        await Assert.ThrowsAnyAsync<OperationInterruptedException>(async () =>
        {
            await Send(stage.Target, "inner", "any");
            await Send(stage.Target, "entry", "any");
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_an_exchange_cannot_route_goes_at_the_target_where_it_goes_at_the_source(bool byPolicy)
    {
        await using var stage = await QueueStage.Set(async source =>
        {
            await source.Declare(QueueStage.Queue, "classic");
            await source.Declare("unrouted", "classic");
            await Exchange(source, "lost", "fanout");
            await Exchange(source, "shop", "direct", byPolicy ? [] : [("alternate-exchange", "lost")]);
            await source.Taking.QueueBindAsync(QueueStage.Queue, "shop", "new", cancellationToken: None);
            await source.Taking.QueueBindAsync("unrouted", "lost", "", cancellationToken: None);
        });
        if (byPolicy)
            await stage.From.SetPolicy("lost", "exchanges", "^shop$", ("alternate-exchange", "lost"));
        Assert.Equal(["lost: unrouted"], await Strays(stage, QueueStage.Queue));
        Assert.Empty(await Strays(stage));

        await using var move = await new QueueMove(stage.From, stage.To) { Queues = [QueueStage.Queue] }.Open();

        await stage.Target.Declare("found", "classic");
        await stage.Target.Taking.QueueBindAsync("found", "lost", "", cancellationToken: None);
        await Until.Holds("what has no way lands there", async () =>
        {
            await Send(stage.Target, "shop", "strange");
            return await stage.Target.Depth("found") > 0;
        });
    }

    [Theory]
    [InlineData("fanout", "", "", true)]
    [InlineData("headers", "", "", true)]
    [InlineData("direct", "42", "42", true)]
    [InlineData("direct", "42", "43", false)]
    [InlineData("topic", "42.*", "43.*", false)]
    [InlineData("topic", "42.#", "*.new", true)]
    [InlineData("topic", "#.new", "42.old", false)]
    [InlineData("topic", "42.*.new", "42.#", true)]
    public async Task A_queue_that_gets_the_same_messages_and_stays_is_named(
        string type, string ours, string other, bool isTold)
    {
        await using var stage = await QueueStage.Set(async source =>
        {
            await Bound(source, type, ours);
            await source.Declare("audit", "classic");
            await source.Taking.QueueBindAsync("audit", "shop", other, cancellationToken: None);
        });

        Assert.Equal(isTold ? ["shop: audit"] : [], await Strays(stage, QueueStage.Queue));
        Assert.Empty(await Strays(stage));
    }

    [Theory]
    [InlineData("dead", "")]
    [InlineData("", "orders.dead")]
    public async Task A_queue_of_dead_letters_that_stays_is_named(string exchange, string key)
    {
        await using var stage = await QueueStage.Set(async source =>
        {
            (string, object)[] arguments =
                [("x-dead-letter-exchange", exchange), ("x-dead-letter-routing-key", key)];
            await source.Declare(QueueStage.Queue, "classic", key.Length == 0 ? arguments[..1] : arguments);
            await source.Declare("orders.dead", "classic");
            if (exchange.Length == 0)
                return;
            await Exchange(source, exchange, "direct");
            await source.Taking.QueueBindAsync("orders.dead", exchange, QueueStage.Queue, cancellationToken: None);
        });

        Assert.Equal([$"{exchange}: orders.dead"], await Strays(stage, QueueStage.Queue));
        Assert.Empty(await Strays(stage));
    }

    [Fact]
    public async Task A_queue_that_stays_is_named_by_whatever_exchanges_it_gets_its_messages()
    {
        await using var stage = await QueueStage.Set(async source =>
        {
            await source.Declare(QueueStage.Queue, "classic");
            await source.Declare("audit", "classic");
            foreach (var name in (string[])["shop", "inner", "idle"])
                await Exchange(source, name, "fanout");
            await source.Taking.QueueBindAsync(QueueStage.Queue, "shop", "", cancellationToken: None);
            await source.Taking.QueueBindAsync("audit", "inner", "", cancellationToken: None);
            foreach (var name in (string[])["inner", "idle"])
                await source.Taking.ExchangeBindAsync(name, "shop", "", cancellationToken: None);
            await source.Taking.ExchangeBindAsync("inner", "idle", "", cancellationToken: None);
            await source.Taking.ExchangeBindAsync("idle", "inner", "", cancellationToken: None);
        });

        Assert.Equal(["shop: audit"], await Strays(stage, QueueStage.Queue));
    }

    [Fact]
    public async Task A_policy_that_comes_with_an_exchange_is_told()
    {
        await using var stage = await QueueStage.Set(source => Bound(source, "fanout"));
        await stage.From.SetPolicy("lost", "exchanges", ".*", ("alternate-exchange", "lost"));

        var told = Assert.Single(await stage.Checked(StoreRole.Source, "GW-RMQ-020"));

        Assert.Contains("'lost' applies to 'shop'", told.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_over_Godwits_own_queues_is_refused_also_where_the_source_cannot_be_asked()
    {
        await using var stage = await QueueStage.Set("classic");
        await stage.To.SetPolicy("all", ".*", ("max-length", 5));
        await using var move = new QueueMove(stage.From.WithoutManagement(), stage.To)
        {
            Queues = [QueueStage.Queue],
        };
        Assert.Contains("GW-RMQ-026", (await move.Check(StoreRole.Target)).Select(one => one.Code));
    }

    [Fact]
    public async Task An_exchange_that_is_there_and_differs_is_named_before_anything_is_touched()
    {
        await using var stage = await QueueStage.Set(source => Bound(source, "fanout"));
        Assert.Empty(await stage.Checked(StoreRole.Target, "GW-RMQ-044"));
        await Exchange(stage.Target, "shop", "fanout");
        Assert.Empty(await stage.Checked(StoreRole.Target, "GW-RMQ-044"));
        await stage.Target.Taking.ExchangeDeleteAsync("shop", cancellationToken: None);
        await Exchange(stage.Target, "shop", "topic");

        var told = Assert.Single(await stage.Checked(StoreRole.Target, "GW-RMQ-044"));

        Assert.Contains("Source: fanout", told.Why, StringComparison.Ordinal);
        Assert.Contains("Target: topic", told.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bindings_that_only_the_target_has_are_named_and_stay()
    {
        await using var stage = await QueueStage.Set(source => Bound(source, "direct", "new"));
        await Bound(stage.Target, "direct", "new");
        Assert.Empty(await stage.Checked(StoreRole.Target, "GW-RMQ-045"));
        await stage.Target.Taking.QueueBindAsync(QueueStage.Queue, "shop", "old", cancellationToken: None);

        var told = Assert.Single(await stage.Checked(StoreRole.Target, "GW-RMQ-045"));

        Assert.Contains("by 'old'", told.Why, StringComparison.Ordinal);
        Assert.DoesNotContain("by 'new'", told.Why, StringComparison.Ordinal);
        await (await stage.Move.Open()).CutOver();
        await Send(stage.Target, "shop", "old");
        Assert.Equal(1u, await stage.Target.Depth(QueueStage.Queue));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_policy_that_has_the_targets_queue_refuse_is_told_wherever_it_comes_from(bool fromSource)
    {
        await using var stage = await QueueStage.Set("classic");
        Assert.Empty(await stage.Checked(StoreRole.Target, "GW-RMQ-018"));
        await (fromSource ? stage.From : stage.To).SetPolicy(
            "full", "^orders$", ("max-length", 10), ("overflow", "reject-publish"));

        var told = Assert.Single(await stage.Checked(StoreRole.Target, "GW-RMQ-018"));
        Assert.Contains("the policy 'full'", told.Why, StringComparison.Ordinal);
    }

    /// <summary>Which exchanges are said to lead where nothing is moved, where only some queues are; all of them when
    /// none is named.</summary>
    private static async Task<IReadOnlyList<string>> Strays(QueueStage stage, params string[] queues)
    {
        await using var move = new QueueMove(stage.From, stage.To) { Queues = queues };
        var told = (await move.Check(StoreRole.Source)).Where(one => one.Code == "GW-RMQ-043").ToList();
        return [.. told.Select(one => string.Join(
            ": ",
            one.What.StartsWith("Dead letters", StringComparison.Ordinal) ? "" : one.What.Split('\'')[1],
            one.What.Split("not moved: ")[1].TrimEnd('.')))];
    }

    /// <summary>Makes a queue that gets messages of an exchange.</summary>
    private static async Task Bound(RabbitMqHand hand, string type, string key = "")
    {
        await hand.Declare(QueueStage.Queue, "classic");
        await Exchange(hand, "shop", type);
        await hand.Taking.QueueBindAsync(QueueStage.Queue, "shop", key, cancellationToken: None);
    }

    private static Task Exchange(RabbitMqHand hand, string name, string type, params (string, object)[] arguments) =>
        hand.Taking.ExchangeDeclareAsync(
            name, type, durable: true, autoDelete: false,
            arguments.ToDictionary(one => one.Item1, one => (object?)one.Item2, StringComparer.Ordinal),
            cancellationToken: None);

    /// <summary>It is where it belongs, or nowhere, when this returns.</summary>
    private static async Task Send(RabbitMqHand hand, string exchange, string key)
    {
        var channel = await hand.Confirming();
        await using var _ = channel;
        await channel.BasicPublishAsync(exchange, key, mandatory: false, new BasicProperties(), new byte[1], None);
    }
}
