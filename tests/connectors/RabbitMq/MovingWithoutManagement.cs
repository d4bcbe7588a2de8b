using Godwit.Core.Problems;
using Godwit.Core.Stores;
using RabbitMQ.Client;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>Brokers whose management API cannot be reached: queues move by their full names.</summary>
public sealed class MovingWithoutManagement
{
    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task Queues_that_are_named_in_full_move_and_crashes_double_nothing(string type)
    {
        await using var stage = await QueueStage.Set(type);
        await stage.Source.Declare("left out", type);
        await stage.Source.Publish("left out", new BasicProperties(), [0]);
        await stage.Target.Declare(QueueStage.Queue, type);
        await using var move = await Move(stage, QueueStage.Queue).Open();
        byte told = 0;
        for (var round = 0; round < 6; round++)
        {
            for (var left = 20; left > 0; left--)
                await stage.Source.Publish(QueueStage.Queue, new BasicProperties(), [told++]);
            await move.CrashAfter((round + 1) % 3);
        }
        await move.Drain();

        Assert.Equal(
            string.Join(' ', Enumerable.Range(0, told)),
            string.Join(' ', (await stage.Target.TakeAll(QueueStage.Queue)).Select(one => one.Body.Span[0])));
        Assert.True(await move.IsProved());
        Assert.Equal(1u, await stage.Source.Depth("left out"));
    }

    [Theory]
    [InlineData(StoreRole.Source, "GW-RMQ-014")]
    [InlineData(StoreRole.Target, "GW-RMQ-005 GW-RMQ-014")]
    public async Task Check_says_what_it_cannot_see_and_what_is_missing(StoreRole role, string codes)
    {
        await using var stage = await QueueStage.Set("classic");
        await using var move = Move(stage, QueueStage.Queue);
        var said = await move.Check(role);
        Assert.Equal(codes, string.Join(' ', said.Select(one => one.Code).Order()));
        Assert.Contains("arguments", said.Single(one => one.Code == "GW-RMQ-014").What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ord*")]
    [InlineData("")]
    public async Task Queues_that_are_only_described_are_refused(string pattern)
    {
        await using var stage = await QueueStage.Set("classic");
        await using var move = Move(stage, pattern.Length == 0 ? [] : [pattern]);
        var refused = await Assert.ThrowsAsync<GodwitException>(move.Open);
        Assert.Equal(("GW-RMQ-013", Recovery.Stop), (refused.Problem.Code, refused.Problem.Recovery));
    }

    [Fact]
    public async Task A_queue_that_is_not_at_the_target_is_named_and_moves_when_it_is_made()
    {
        await using var stage = await QueueStage.Set("quorum");
        await stage.Source.Publish(QueueStage.Queue, new BasicProperties(), [7]);
        await using var move = Move(stage, QueueStage.Queue);
        var missing = await Assert.ThrowsAsync<GodwitException>(move.Open);
        Assert.Equal(("GW-RMQ-005", Recovery.Pause), (missing.Problem.Code, missing.Problem.Recovery));
        Assert.Contains(QueueStage.Queue, missing.Problem.Why, StringComparison.Ordinal);

        await stage.Target.Declare(QueueStage.Queue, "quorum");
        await move.Open();
        await move.Drain();

        Assert.Equal([7], Assert.Single(await stage.Target.TakeAll(QueueStage.Queue)).Body.ToArray());
        Assert.True(await move.IsProved());
    }

    private static QueueMove Move(QueueStage stage, params string[] queues) =>
        new(stage.From.WithoutManagement(), stage.To.WithoutManagement()) { Queues = queues };
}
