using System.Globalization;
using System.Text;
using Godwit.Connectors.RabbitMq;
using Godwit.Core.Problems;
using Godwit.Core.Stores;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Connectors.RabbitMq.Streams;

/// <summary>Streams are read again at both sides, and what retention removed is told from what was lost.</summary>
public sealed class ProvingStreams
{
    private const string Stream = StreamStage.Stream;

    private static readonly (string, object)[] Small =
        [("x-max-length-bytes", 20_000), ("x-stream-max-segment-size-bytes", 5_000)];

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_message_that_is_another_at_the_target_after_it_was_confirmed_is_seen()
    {
        await using var stage = await StreamStage.Set();
        await stage.Source.Publish(Stream, Bodies(0, 100));
        await stage.Move.Drain();
        Assert.True(await stage.Move.IsProved());

        await Replace(stage, Bodies(0, 100));
        Assert.True(await stage.Move.IsProved());
        var bodies = Bodies(0, 100);
        bodies[50][0] ^= 1;
        await Replace(stage, bodies);
        Assert.False(await stage.Move.IsProved());
        await Replace(stage, Bodies(0, 99));
        Assert.False(await stage.Move.IsProved());
        await Replace(stage, []);
        Assert.False(await stage.Move.IsProved());
    }

    [Fact]
    public async Task A_running_proof_sees_harm_when_it_reads_anew()
    {
        await using var stage = await StreamStage.Set();
        await stage.Source.Publish(Stream, Bodies(0, 10));
        await stage.Move.Drain();
        Assert.True(await stage.Move.IsProved());
        await stage.TargetQueues.Renew(Stream);
        await stage.Target.Publish(Stream, Bodies(1, 10));
        Assert.True(await stage.Move.IsProved());
        await foreach (var _ in stage.Move.Target.Digest.Walk(stage.Move.Streams[0], None))
            continue;
        Assert.False(await stage.Move.IsProved());
    }

    [Fact]
    public async Task What_retention_removes_after_it_was_copied_is_no_difference()
    {
        await using var stage = await StreamStage.Set(Small);
        for (var round = 0; round < 30; round++)
        {
            await stage.Source.Publish(Stream, Bodies(round * 10, 10));
            await stage.Move.Drain();
        }
        Assert.True(await stage.Source.First(Stream) > 0);
        Assert.True(await stage.Target.First(Stream) > 0);
        Assert.True(await stage.Move.IsProved());

        // Producers at the target push out of it what the source still has.
        for (var round = 0; round < 4; round++)
            await stage.Target.Publish(Stream, Bodies(round * 10, 10));
        Assert.NotEqual(await stage.Source.First(Stream), await stage.Target.First(Stream));
        await stage.Move.Crash();
        await stage.Move.Drain();
        Assert.True(await stage.Move.IsProved());
    }

    [Fact]
    public async Task What_retention_removes_before_it_was_copied_is_an_alarm_with_stream_and_offsets()
    {
        await using var stage = await StreamStage.Set(Small);
        await stage.Source.Publish(Stream, Bodies(0, 10));
        await stage.Move.Drain();
        for (var round = 1; round < 30; round++)
            await stage.Source.Publish(Stream, Bodies(round * 10, 10));
        await stage.Move.Crash();
        var failure = await Assert.ThrowsAsync<GodwitException>(stage.Move.Drain);
        Assert.Equal(("GW-RMQ-032", Recovery.Stop), (failure.Problem.Code, failure.Problem.Recovery));
        Assert.Contains(Stream, failure.Problem.What, StringComparison.Ordinal);
        Assert.Contains(
            $"{await stage.Source.First(Stream)}", failure.Problem.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_that_was_made_anew_at_the_source_is_not_taken_for_the_old_one(bool isEmptyAtFirst)
    {
        await using var stage = await StreamStage.Set();
        await stage.Source.Publish(Stream, Bodies(0, 10));
        await stage.Move.Drain();
        await stage.Queues.Renew(Stream);
        if (isEmptyAtFirst)
        {
            await stage.Move.Crash();
            await stage.Move.Drain();
        }
        await stage.Source.Publish(Stream, Bodies(0, 5));
        if (!isEmptyAtFirst)
            await stage.Move.Crash();
        var failure = await Assert.ThrowsAsync<GodwitException>(stage.Move.Drain);
        Assert.Equal("GW-RMQ-036", failure.Problem.Code);
    }

    [Fact]
    public async Task Limits_are_named_and_a_broker_that_does_not_speak_of_streams_is()
    {
        await using var stage = await StreamStage.Set(Small);
        var found = await stage.Move.Source.Catalog.Check(
            StoreRole.Source, stage.Move.Streams, null, None);
        var limits = Assert.Single(found, one => one.Code == "GW-RMQ-031");
        Assert.Contains("x-max-length-bytes 20000", limits.Why, StringComparison.Ordinal);

        var closed = FreePort.Find();
        var opening = stage.Move.Opening(StoreRole.Source);
        opening = opening with { Address = $"{opening.Address.Split("&stream=")[0]}&stream={closed}", Folder = null };
        await using var store = await new RabbitMqConnector().Open(opening, StoreRole.Source, None);
        var mute = await store.Catalog.Check(StoreRole.Source, stage.Move.Streams, null, None);
        var problem = Assert.Single(mute, one => one.Code == "GW-RMQ-030");
        Assert.Contains($":{closed}", problem.Why, StringComparison.Ordinal);
        Assert.Contains("rabbitmq-plugins enable rabbitmq_stream", problem.Remedy, StringComparison.Ordinal);
    }

    /// <summary>As if the target's disk had held something else, with the next process.</summary>
    private static async Task Replace(StreamStage stage, byte[][] bodies)
    {
        await stage.TargetQueues.Renew(Stream);
        await stage.Target.Publish(Stream, bodies);
        await stage.Move.Crash();
        await stage.Move.Drain();
    }

    private static byte[][] Bodies(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(one => Encoding.UTF8.GetBytes(
            one.ToString("d8", CultureInfo.InvariantCulture).PadRight(500)))];
}
