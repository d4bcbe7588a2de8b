using RabbitMQ.Client;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>Queues that hand out the more important first, between two real brokers.</summary>
public sealed class MovingByPriority
{
    private const int Highest = 5;
    private const int Large = 200_000;

    [Fact]
    public async Task Within_a_priority_order_is_kept_and_the_target_hands_out_the_more_important_first()
    {
        await using var stage = await QueueStage.Set("classic", ("x-max-priority", Highest));
        await stage.Move.Open();
        for (byte number = 0; number < 100; number++)
            await Publish(stage, number, (byte)(number % (Highest + 3)));

        await stage.Move.Drain();

        Assert.Equal(
            Enumerable.Range(0, 100).GroupBy(one => Math.Min(one % (Highest + 3), Highest))
                .OrderByDescending(one => one.Key).SelectMany(one => one),
            await TakeAll(stage));
        Assert.True(await stage.Move.IsProved());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_more_important_and_comes_while_it_is_down_doubles_nothing(bool isManaged)
    {
        await using var stage = await QueueStage.Set("classic", ("x-max-priority", Highest));
        if (!isManaged)
            await stage.Target.Declare(QueueStage.Queue, "classic", ("x-max-priority", Highest));
        await using var move = await (isManaged
            ? new QueueMove(stage.From, stage.To)
            : new QueueMove(stage.From.WithoutManagement(), stage.To.WithoutManagement())
            {
                Queues = [QueueStage.Queue],
            }).Open();
        byte told = 0;
        int[] steps = [1, 2, 0, 1, 1, 2];
        for (var round = 0; round < steps.Length; round++)
        {
            for (byte priority = 1; priority < Highest; priority++)
            {
                for (var left = 4; left > 0; left--)
                    await Publish(stage, told++, priority);
            }
            await move.CrashAfter(steps[round]);

            // It comes before all that come again.
            await Publish(stage, told++, Highest);
        }
        await move.Drain();

        var taken = await TakeAll(stage);
        Assert.Equal(Enumerable.Range(0, told), taken.Order());
        Assert.All(taken.GroupBy(PriorityOf), one => Assert.Equal(one.Order(), one));
        Assert.True(await move.IsProved());

        static int PriorityOf(int number) => number % 17 == 16 ? Highest : (number % 17 / 4) + 1;
    }

    /// <summary>From RabbitMQ 4 on, quorum queues have two kinds of messages: those above 4, and the others.</summary>
    [Fact]
    public async Task Quorum_queues_keep_the_order_of_what_is_alike_and_crashes_double_nothing()
    {
        await using var stage = await QueueStage.Set("quorum");
        byte told = 0;
        while (told < 120)
            await Publish(stage, told, (byte)(told++ % 3 == 0 ? 9 : 1));
        await stage.Move.Open();
        foreach (var step in (int[])[0, 1, 0, 1, 2, 1])
        {
            await stage.Move.CrashAfter(step);
            for (var left = 20; left > 0; left--)
                await Publish(stage, told, (byte)(told++ % 3 == 0 ? 9 : 1));
        }
        await stage.Move.Drain();

        var taken = await TakeAll(stage);
        Assert.Equal(Enumerable.Range(0, told), taken.Order());
        Assert.All(taken.GroupBy(one => one % 3 == 0), one => Assert.Equal(one.Order(), one));
        Assert.True(await stage.Move.IsProved());
    }

    /// <summary>Half of the window is under way at once, so some wait at the source until what is more important is
    /// through.</summary>
    [Fact]
    public async Task What_was_there_is_over_at_the_mark_also_where_nobody_says_that_it_can_be_overtaken()
    {
        const int count = 120;
        await using var stage = await QueueStage.Set("classic", ("x-max-priority", Highest));
        await stage.Target.Declare(QueueStage.Queue, "classic", ("x-max-priority", Highest));
        for (byte number = 0; number < count; number++)
            await Publish(stage, number, 1, Large);
        await using var move = await new QueueMove(stage.From.WithoutManagement(), stage.To.WithoutManagement())
        {
            Queues = [QueueStage.Queue],
        }.Open();
        var mark = await move.Source.Changes.Mark(CancellationToken.None);
        await GoOn(move);
        for (byte number = count; number < 2 * count; number++)
            await Publish(stage, number, Highest, Large);

        while (await move.Target.Target.Reached(CancellationToken.None) < mark)
            await GoOn(move);

        Assert.Superset(Enumerable.Range(0, count).ToHashSet(), (await TakeAll(stage)).ToHashSet());
    }

    private static async Task GoOn(QueueMove move)
    {
        await using var batch = await move.Told();
        await move.Apply(batch);
        await move.Acknowledge(batch);
    }

    private static Task Publish(QueueStage stage, byte number, byte priority, int size = 1) => stage.Source.Publish(
        QueueStage.Queue, priority == 0 ? new BasicProperties() : new BasicProperties { Priority = priority },
        [number, .. new byte[size - 1]]);

    private static async Task<IReadOnlyList<int>> TakeAll(QueueStage stage) =>
        [.. (await stage.Target.TakeAll(QueueStage.Queue)).Select(one => (int)one.Body.Span[0])];
}
