using Godwit.Core.Stores;
using RabbitMQ.Client;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>Messages and queues with a time to live, between two real brokers.</summary>
public sealed class MovingWhatExpires
{
    private const int Lasting = 20;

    [Theory]
    [InlineData("classic", 0)]
    [InlineData("classic", 1)]
    [InlineData("classic", 2)]
    [InlineData("quorum", 0)]
    [InlineData("quorum", 1)]
    [InlineData("quorum", 2)]
    public async Task What_expires_on_its_way_is_no_difference_and_the_rest_arrives_once(string type, int step)
    {
        await using var stage = await QueueStage.Set(type);
        await stage.Move.Open();
        for (byte number = 0; number < 2 * Lasting; number++)
        {
            var expiration = number < Lasting ? "2000" : "600000";
            await stage.Source.Publish(QueueStage.Queue, new BasicProperties { Expiration = expiration }, [number]);
        }

        await stage.Move.CrashAfter(step);

        await Until.Holds("what is left at the source has expired", async () =>
            await stage.Source.Depth(QueueStage.Queue) <= Lasting);
        await stage.Move.Drain();
        await Until.Holds("what went over has expired", async () =>
            await stage.Target.Depth(QueueStage.Queue) == Lasting);
        var moved = await stage.Target.TakeAll(QueueStage.Queue);
        Assert.Equal(Enumerable.Range(Lasting, Lasting), moved.Select(one => (int)one.Body.Span[0]));
        Assert.All(moved, one => Assert.Equal("600000", one.BasicProperties.Expiration));
        Assert.True(await stage.Move.IsProved());
    }

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task A_queue_whose_messages_expire_does_so_at_the_target_too_and_is_told(string type)
    {
        await using var stage = await QueueStage.Set(type, ("x-message-ttl", 2_000));
        Assert.Single(await stage.Checked(StoreRole.Source, "GW-RMQ-019"));
        await stage.Source.Publish(QueueStage.Queue, new BasicProperties(), [1]);

        await stage.Move.Open();
        await stage.Move.Drain();

        await stage.Target.Publish(QueueStage.Queue, new BasicProperties(), [2]);
        await Until.Holds("all have expired", async () => await stage.Target.Depth(QueueStage.Queue) == 0);
        Assert.True(await stage.Move.IsProved());
    }

    [Fact]
    public async Task A_queue_that_goes_where_nobody_consumes_is_told()
    {
        await using var stage = await QueueStage.Set("classic", ("x-expires", 600_000));
        Assert.Contains("600000", Assert.Single(await stage.Checked(StoreRole.Source, "GW-RMQ-040")).What);
        await stage.Source.Publish(QueueStage.Queue, new BasicProperties(), [1]);
        await (await stage.Move.Open()).Drain();
        Assert.Equal(1u, await stage.Target.Depth(QueueStage.Queue));
    }
}
