using Godwit.Connectors.RabbitMq;
using Godwit.Core.Problems;
using Godwit.Core.Stores;
using RabbitMQ.Client;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>Targets that begin to refuse in the middle of a move, and are put right.</summary>
public sealed class BeingRefused
{
    private const string User = "mover";

    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData("classic", true)]
    [InlineData("classic", false)]
    [InlineData("quorum", false)]
    public async Task A_limit_that_a_policy_sets_holds_the_move_up_and_costs_nothing(string type, bool crashes)
    {
        await using var stage = await QueueStage.Set(type);
        await stage.Move.Open();
        await stage.To.SetPolicy("full", "^orders$", ("max-length", 10), ("overflow", "reject-publish"));
        byte told = 0;
        await Until.Holds("the policy is in effect", async () =>
        {
            for (var left = 7; left > 0; left--)
                await stage.Source.Publish(QueueStage.Queue, new BasicProperties(), [told++]);
            return await Refusal(stage.Move) is not null;
        });
        var refusal = await Refusal(stage.Move);
        Assert.Equal(("GW-RMQ-011", Recovery.Pause), (refusal?.Code, refusal?.Recovery));
        if (crashes)
            await stage.Move.Crash();

        await stage.To.DropPolicy("full");
        await Until.Holds("the queue takes all", async () => await Refusal(stage.Move) is null);

        Assert.Equal(Enumerable.Range(0, told), await TakeAll(stage));
        Assert.True(await stage.Move.IsProved());
    }

    [Theory]
    [InlineData("")]
    [InlineData("^godwit[.].*")]
    public async Task Who_may_not_write_at_the_target_is_told_and_goes_on_when_let_in(string writes)
    {
        await using var stage = await QueueStage.Set("classic");
        await stage.From.LetIn(User, "management");
        await stage.To.LetIn(User, "management", writes.Length == 0 ? "^$" : writes);
        await stage.Source.Publish(QueueStage.Queue, new BasicProperties(), [0]);
        await using var move = await new QueueMove(stage.From, stage.To) { User = User }.Open();

        AssertMayNot(await Refusal(move));

        Assert.Equal(0u, await stage.Target.Depth(QueueStage.Queue));
        await stage.To.LetIn(User, "management");
        await move.Drain();
        Assert.Equal([0], await TakeAll(stage));
        Assert.True(await move.IsProved());
    }

    [Fact]
    public async Task Who_may_write_no_more_in_the_middle_is_told_and_goes_on_when_let_in()
    {
        await using var stage = await QueueStage.Set("classic");
        await stage.From.LetIn(User, "management");
        await stage.To.LetIn(User, "management");
        await using var move = await new QueueMove(stage.From, stage.To) { User = User }.Open();
        await stage.Source.Publish(QueueStage.Queue, new BasicProperties(), [0]);
        await move.Drain();
        for (byte number = 1; number < 50; number++)
            await stage.Source.Publish(QueueStage.Queue, new BasicProperties(), [number]);
        await stage.To.LetIn(User, "management", "^$");
        await move.Crash();

        for (var time = 0; time < 3; time++)
            AssertMayNot(await Refusal(move));

        await stage.To.LetIn(User, "management");
        await move.Drain();
        Assert.Equal(Enumerable.Range(0, 50), await TakeAll(stage));
        Assert.True(await move.IsProved());
    }

    [Fact]
    public async Task An_exchange_of_its_own_that_somebody_deletes_is_told_and_made_again()
    {
        await using var stage = await QueueStage.Set("classic");
        await stage.Move.Open();
        await stage.Source.Publish(QueueStage.Queue, new BasicProperties(), [0]);
        await stage.Move.Drain();
        await using (var session = new BrokerSession(stage.Move.Opening(StoreRole.Target), StoreRole.Target))
            await stage.Target.Taking.ExchangeDeleteAsync(
                session.Names.Way(QueueStage.Queue), cancellationToken: None);
        await stage.Source.Publish(QueueStage.Queue, new BasicProperties(), [1]);

        var refusal = await Refusal(stage.Move);

        Assert.Equal(("GW-RMQ-005", Recovery.Pause), (refusal?.Code, refusal?.Recovery));
        await stage.Move.Drain();
        Assert.Equal([0, 1], await TakeAll(stage));
        Assert.True(await stage.Move.IsProved());
    }

    private static void AssertMayNot(Problem? problem)
    {
        Assert.Equal(("GW-RMQ-004", Recovery.Pause), (problem?.Code, problem?.Recovery));
        Assert.Contains(User, problem!.Why, StringComparison.Ordinal);
    }

    /// <summary>Why not everything came over; null when it did.</summary>
    private static async Task<Problem?> Refusal(QueueMove move)
    {
        try
        {
            await move.Drain();
            return null;
        }
        catch (GodwitException refused)
        {
            return refused.Problem;
        }
    }

    private static async Task<IEnumerable<int>> TakeAll(QueueStage stage) =>
        (await stage.Target.TakeAll(QueueStage.Queue)).Select(one => (int)one.Body.Span[0]);
}
