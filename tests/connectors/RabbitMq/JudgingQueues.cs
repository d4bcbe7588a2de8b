using System.Text.Json;
using Godwit.Connectors.RabbitMq;
using Godwit.Connectors.RabbitMq.Moving;
using Godwit.Connectors.RabbitMq.Topology;
using RabbitMQ.Client;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>What follows from what the management API and the broker say, also of releases that do not run
/// here.</summary>
public sealed class JudgingQueues
{
    [Theory]
    [InlineData("all", "classic quorum stream exchange")]
    [InlineData("queues", "classic quorum stream")]
    [InlineData("exchanges", "exchange")]
    [InlineData("classic_queues", "classic")]
    [InlineData("quorum_queues", "quorum")]
    [InlineData("streams", "stream")]
    public void A_policy_applies_to_what_it_is_for(string appliesTo, string kinds)
    {
        var policy = Policy(appliesTo, 1, "{}");
        var applied = ((string[])["classic", "quorum", "stream", PolicyFacts.Exchange])
            .Where(kind => PolicyFacts.For("orders", kind, [policy]) is not null);
        Assert.Equal(kinds, string.Join(' ', applied));
    }

    [Fact]
    public void A_policy_for_another_type_does_not_hide_the_one_that_applies()
    {
        var (high, low) = (Policy("quorum_queues", 10, "{}"), Policy("classic_queues", 5, "{}"));
        Assert.Same(low, PolicyFacts.For("orders", "classic", [high, low]));
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(20, null, 20L)]
    [InlineData(null, 3, 3L)]
    [InlineData(20, 3, 3L)]
    [InlineData(-1, 5, 5L)]
    [InlineData(7, -1, 7L)]
    [InlineData(-1, null, -1L)]
    public void Of_two_limits_of_deliveries_the_one_counts_that_the_broker_takes(int? own, int? policy, long? limit)
    {
        var queue = QueueFacts.Of(Json(own is null
            ? """{"name":"orders","type":"quorum"}"""
            : $$"""{"name":"orders","type":"quorum","arguments":{"x-delivery-limit": {{own}} } }"""));
        var said = policy is null ? "{}" : $$"""{"delivery-limit": {{policy}} }""";
        Assert.Equal(limit, queue.DeliveryLimit(Policy("queues", 1, said)));
    }

    [Theory]
    [InlineData("3.10.8", 3, 10)]
    [InlineData("4.0.0+2", 4, 0)]
    [InlineData("4.3.0-rc.1", 4, 3)]
    public void A_release_is_known_whatever_is_added_to_its_number(string said, int major, int minor)
    {
        var version = BrokerVersion.Of(said);
        Assert.Equal((major, minor), (version!.Major, version.Minor));
    }

    [Fact]
    public void What_is_no_number_is_no_release() => Assert.Null(BrokerVersion.Of("nightly"));

    [Theory]
    [InlineData("quorum", null, 4, false)]
    [InlineData("quorum", null, 5, true)]
    [InlineData("classic", null, 1, true)]
    [InlineData(null, null, 1, true)]
    [InlineData(null, null, 0, false)]
    [InlineData("classic", false, 9, false)]
    [InlineData("quorum", false, 9, false)]
    public void A_message_tells_that_others_may_wait_where_nobody_else_does(
        string? type, bool? hasPriorities, byte priority, bool mayHave) => Assert.Equal(
        mayHave,
        new SourceQueue("orders", type, hasPriorities).MayHaveOvertaken(
            new Message("orders", 0, "orders", new BasicProperties { Priority = priority }, new byte[1])));

    private static PolicyFacts Policy(string appliesTo, int priority, string definition) => PolicyFacts.Of(Json(
        $$"""
        {"name":"{{appliesTo}}","pattern":".*","apply-to":"{{appliesTo}}","priority":{{priority}},
         "definition":{{definition}}}
        """));

    private static JsonElement Json(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }
}
