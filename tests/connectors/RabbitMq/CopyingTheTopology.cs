using Godwit.Core.Problems;
using Godwit.Core.Stores;
using Godwit.Tests.Servers;
using RabbitMQ.Client;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>What is around queues: policies and users. Between two real brokers.</summary>
public sealed class CopyingTheTopology
{
    private const string Queue = "orders";

    [Fact]
    public async Task A_policy_comes_over_and_does_there_what_it_does_here()
    {
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await using var source = await from.Connect();
        await using var target = await to.Connect();
        await source.Declare(Queue, "classic");
        await from.SetPolicy("short", "^orders$", "max-length", 2);
        Assert.Contains("GW-RMQ-020", await Checked(from, to, StoreRole.Source, "GW-RMQ-020"));

        await using var move = await new QueueMove(from, to).Open();

        await Until.Holds("the policy is in effect", async () =>
        {
            for (var at = 0; at < 3; at++)
                await target.Publish(Queue, new BasicProperties(), [1]);
            return await target.Depth(Queue) == 2;
        });
        Assert.Empty(await Checked(from, to, StoreRole.Target, "GW-RMQ-024"));
    }

    [Fact]
    public async Task A_policy_of_that_name_at_the_target_stays_and_is_told()
    {
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await using var source = await from.Connect();
        await using var target = await to.Connect();
        await source.Declare(Queue, "classic");
        await from.SetPolicy("short", "^orders$", "max-length", 2);
        await to.SetPolicy("short", "^orders$", "max-length", 3);
        Assert.Contains("GW-RMQ-024", await Checked(from, to, StoreRole.Target, "GW-RMQ-024"));

        await using var move = await new QueueMove(from, to).Open();

        await Until.Holds("the target's policy is in effect", async () =>
        {
            for (var at = 0; at < 4; at++)
                await target.Publish(Queue, new BasicProperties(), [1]);
            return await target.Depth(Queue) == 3;
        });
    }

    [Theory]
    [InlineData(".*", "max-length", 5, true)]
    [InlineData("^(?!godwit\\.).*$", "max-length", 5, false)]
    [InlineData(".*", "queue-mode", "lazy", false)]
    public async Task A_policy_that_would_take_what_is_counted_is_refused(
        string pattern, string key, object value, bool isRefused)
    {
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await using var source = await from.Connect();
        await source.Declare(Queue, "classic");
        await to.SetPolicy("all", pattern, key, value);
        var said = await Checked(from, to, StoreRole.Target, "GW-RMQ-026");
        Assert.Equal(isRefused, said.Length > 0);
    }

    [Fact]
    public async Task Users_who_are_missing_at_the_target_are_named()
    {
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await using var source = await from.Connect();
        await source.Declare(Queue, "classic");
        await from.LetIn("shop-app");
        Assert.Contains("shop-app", await Checked(from, to, StoreRole.Target, "GW-RMQ-027"));
    }

    [Fact]
    public async Task Who_may_not_list_users_moves_queues_all_the_same_and_is_told()
    {
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        await using var source = await from.Connect();
        await using var target = await to.Connect();
        await source.Declare(Queue, "classic");
        await source.Publish(Queue, new BasicProperties(), [7]);
        await from.LetIn("mover", "management");
        await to.LetIn("mover", "management");
        await using (var looking = new QueueMove(from, to) { User = "mover" })
            Assert.Contains("GW-RMQ-028", (await looking.Check(StoreRole.Target)).Select(one => one.Code));

        await using var move = await new QueueMove(from, to) { User = "mover" }.Open();
        await move.Drain();

        Assert.Equal([7], Assert.Single(await target.TakeAll(Queue)).Body.ToArray());
    }

    /// <summary>What check says with a code; nothing where it does not.</summary>
    private static async Task<string> Checked(RabbitMqHost from, RabbitMqHost to, StoreRole role, string code)
    {
        await using var move = new QueueMove(from, to);
        IReadOnlyList<Problem> problems = await move.Check(role);
        return string.Join('\n', problems.Where(one => one.Code == code));
    }
}
