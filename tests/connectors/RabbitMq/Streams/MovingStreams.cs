using System.Globalization;
using System.Text;
using Godwit.Connectors.RabbitMq;
using Godwit.Connectors.RabbitMq.Moving;
using Godwit.Connectors.RabbitMq.Streams;
using Godwit.Core.Stores;
using RabbitMQ.Client;

namespace Godwit.Tests.Connectors.RabbitMq.Streams;

/// <summary>Streams between two real brokers, copied by offset.</summary>
public sealed class MovingStreams
{
    private const string Stream = StreamStage.Stream;

    [Fact]
    public async Task Every_entry_lies_at_the_target_byte_for_byte_and_in_order()
    {
        await using var stage = await StreamStage.Set();
        await stage.Source.Publish(Stream, [], [1], Binary(1000), Binary(10 << 20));
        await stage.Source.Publish(Stream, [
            stage.Source.Together(3, 0, Binary(30)), stage.Source.Together(5, 1, Binary(50)),
            stage.Source.Together(7, 4, Binary(70))]);
        await stage.Queues.Publish(
            Stream, new BasicProperties { ContentType = "text/plain", MessageId = "7" }, "by AMQP"u8.ToArray());

        await stage.Move.Drain();

        var (there, here) = (await stage.Source.ReadAll(Stream), await stage.Target.ReadAll(Stream));
        Assert.Equal(8, there.Count);
        Assert.Equal(there.Select(Seen), here.Select(Seen));
        Assert.True(await stage.Move.IsProved());
    }

    [Fact]
    public async Task Fifty_thousand_messages_come_over_and_stay_where_they_were()
    {
        await using var stage = await StreamStage.Set();
        const int Count = 50_000;
        await stage.Source.Publish(Stream, [.. Enumerable.Range(0, Count).Select(Body)]);
        await stage.Move.Drain();
        Assert.Equal(Enumerable.Range(0, Count), Numbers(await stage.Target.ReadAll(Stream)));
        Assert.Equal(Enumerable.Range(0, Count), Numbers(await stage.Source.ReadAll(Stream)));
        Assert.True(await stage.Move.IsProved());
    }

    [Fact]
    public async Task However_often_it_crashes_between_two_steps_each_message_arrives_once()
    {
        await using var stage = await StreamStage.Set();
        var told = 0;
        for (var round = 0; round < 9; round++)
        {
            for (var left = 40; left > 0; left--)
                await stage.Source.Publish(Stream, Body(told++ / 2));
            await stage.Move.CrashAfter(round % 3);
        }
        await stage.Move.Drain();
        Assert.Equal(
            Enumerable.Range(0, told).Select(one => one / 2), Numbers(await stage.Target.ReadAll(Stream)));
        Assert.True(await stage.Move.IsProved());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(100)]
    public async Task A_crash_in_the_middle_of_publishing_doubles_nothing(int percent)
    {
        await using var stage = await StreamStage.Set();
        await stage.Source.Publish(Stream, [.. Enumerable.Range(0, 30).Select(one => Body(one / 3))]);
        await PublishSome(stage, percent);
        Assert.Equal(30 * percent / 100, (await stage.Target.ReadAll(Stream)).Count);

        await stage.Move.Crash();
        await stage.Move.Drain();

        Assert.Equal(Enumerable.Range(0, 30).Select(one => one / 3), Numbers(await stage.Target.ReadAll(Stream)));
        Assert.True(await stage.Move.IsProved());
    }

    [Fact]
    public async Task A_queue_and_a_stream_go_over_in_one_move()
    {
        await using var stage = await StreamStage.Set();
        await stage.Queues.Declare("orders", "classic");
        await stage.Move.Crash();
        for (var number = 0; number < 20; number++)
        {
            await stage.Queues.Publish("orders", new BasicProperties(), Body(number));
            await stage.Source.Publish(Stream, Body(number));
        }
        await stage.Move.CrashAfter(1);
        await stage.Move.Drain();

        var taken = await stage.TargetQueues.TakeAll("orders");
        Assert.Equal(
            Enumerable.Range(0, 20), taken.Select(one => int.Parse(one.Body.Span, CultureInfo.InvariantCulture)));
        Assert.Equal(Enumerable.Range(0, 20), Numbers(await stage.Target.ReadAll(Stream)));
        Assert.True(await stage.Move.IsProved());
    }

    /// <summary>Publishes the beginning of a batch as the target does it, and then no more.</summary>
    private static async Task PublishSome(StreamStage stage, int percent)
    {
        await using var batch = await stage.Move.Told();
        var messages = (MessageBatch)batch.Native!;
        await using var session = new BrokerSession(stage.Move.Opening(StoreRole.Target), StoreRole.Target);
        session.Received.Read();
        session.Received.Begin(messages.Number, [], new Dictionary<string, long>());
        var state = ReceivedStream.None with { Reference = session.Names.Reference(Stream, 1) };
        session.ReceivedStreams.Begin(
            messages.Number, new Dictionary<string, ReceivedStream> { [Stream] = state });
        var units = messages.Spans[0].Units;
        await new StreamPublisher(stage.Target.Connection).Publish(
            Stream, state.Reference, [.. units.Take(units.Count * percent / 100)], default);
    }

    private static string Seen(StreamUnit unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{unit.Form:x} {unit.Records} {unit.Body.Length} {unit.Hash:x}");

    private static IEnumerable<int> Numbers(IEnumerable<StreamUnit> units) =>
        units.Select(one => int.Parse(one.Body.Span, CultureInfo.InvariantCulture));

    private static byte[] Binary(int size) => [.. Enumerable.Range(0, size).Select(one => (byte)(one * 31))];

    private static byte[] Body(int number) =>
        Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
