using System.Globalization;
using System.Text;
using Godwit.Core.Problems;
using Godwit.Core.Stores;
using RabbitMQ.Client;

namespace Godwit.Tests.Connectors.RabbitMq.Streams;

/// <summary>After a cutover both sides are written to; what Godwit wrote is never taken for anybody else's.</summary>
public sealed class StreamsComingBack
{
    private const string Stream = StreamStage.Stream;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task What_was_produced_at_the_target_comes_back_and_nothing_goes_round_in_circles()
    {
        await using var stage = await StreamStage.Set();
        await Publish(stage.Source, 1, 2, 3);
        await stage.Move.CutOver();
        await Publish(stage.Target, 4, 5);
        await Publish(stage.Source, 100);
        await TakeLate(stage.Move);
        await Publish(stage.Target, 6);
        await stage.Move.Crash();
        await Publish(stage.Source, 101);
        await TakeLate(stage.Move);
        Assert.Equal([1, 2, 3, 4, 5, 100, 6, 101], await Numbers(stage.Target));

        await stage.Move.Target.Fence.Raise(None);
        await stage.Move.DrainBack();
        Assert.Equal([1, 2, 3, 100, 101, 4, 5, 6], await Numbers(stage.Source));
        await Publish(stage.Source, 102);
        await stage.Move.Source.Fence.Lower(None);
        await Publish(stage.Target, 103);
        await stage.Move.DrainBack();
        Assert.Equal([1, 2, 3, 100, 101, 4, 5, 6, 102, 103], await Numbers(stage.Source));
        Assert.True(await stage.Move.IsProved());
        await stage.Move.Crash();
        await stage.Move.Drain();
        await stage.Move.DrainBack();
        Assert.True(await stage.Move.IsProved());
    }

    [Fact]
    public async Task A_late_message_is_told_until_it_is_taken_and_arrives_once()
    {
        await using var stage = await StreamStage.Set();
        await stage.Move.CutOver();
        await Publish(stage.Source, 1, 2);
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
        Assert.Equal([1, 2], await Numbers(stage.Target));
        Assert.Equal([1, 2], await Numbers(stage.Source));
    }

    [Fact]
    public async Task Consumers_at_both_sides_are_in_nobodys_way()
    {
        await using var stage = await StreamStage.Set();
        await stage.Queues.Publish(Stream, new BasicProperties(), [1]);
        var reading = stage.Queues.ReadStream(Stream, 3);
        await stage.Move.CutOver();
        await stage.TargetQueues.Publish(Stream, new BasicProperties(), [2]);
        await stage.TargetQueues.Publish(Stream, new BasicProperties(), [3]);
        await stage.Move.Target.Fence.Raise(None);
        await stage.Move.DrainBack();
        Assert.Equal([1, 2, 3], (await reading).Select(one => one[0]));
    }

    [Fact]
    public async Task An_abort_removes_the_copy_that_Godwit_made_and_the_source_has_everything()
    {
        await using var stage = await StreamStage.Set();
        await Publish(stage.Source, 1, 2);
        await stage.Move.Drain();
        await stage.Move.Target.Target.RemoveData([], None);
        Assert.Empty(await stage.Target.Streams(Stream));
        Assert.Equal([1, 2], await Numbers(stage.Source));
    }

    [Fact]
    public async Task An_abort_leaves_a_stream_that_somebody_else_wrote_to()
    {
        await using var stage = await StreamStage.Set();
        await Publish(stage.Source, 1, 2);
        await stage.Move.Drain();
        await Publish(stage.Target, 3);
        await stage.Move.Target.Target.RemoveData([], None);
        Assert.Equal([1, 2, 3], await Numbers(stage.Target));
    }

    [Fact]
    public async Task A_target_with_messages_in_its_stream_is_refused()
    {
        await using var stage = await StreamStage.Set();
        await Publish(stage.Target, 1);
        var catalog = await stage.Move.Source.Catalog.Read(None);
        var streams = catalog.Streams.Select((one, at) => Godwit.Core.Schemas.ScopedStream.Everything(at, one));
        await stage.Move.Forget();
        var found = await stage.Move.Target.Catalog.Check(StoreRole.Target, [.. streams], null, None);
        Assert.Contains(found, one => one.Code == "GW-RMQ-012");
        var failure = await Assert.ThrowsAsync<GodwitException>(stage.Move.Open);
        Assert.Equal("GW-RMQ-012", failure.Problem.Code);
    }

    private static async Task TakeLate(QueueMove move)
    {
        await using var late = await move.Source.Fence.LateWrites(None);
        await move.Target.Target.Apply(late!, ApplyReason.LateWrite, None);
        await move.Source.Fence.LateWritesTaken(None);
    }

    private static Task Publish(StreamHand hand, params int[] numbers) => hand.Publish(
        Stream, [.. numbers.Select(one => Encoding.UTF8.GetBytes(one.ToString(CultureInfo.InvariantCulture)))]);

    private static async Task<IEnumerable<int>> Numbers(StreamHand hand) =>
        (await hand.ReadAll(Stream)).Select(one => int.Parse(one.Body.Span, CultureInfo.InvariantCulture));
}
