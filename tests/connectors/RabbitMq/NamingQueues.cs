using Godwit.Connectors.RabbitMq;
using Godwit.Core.Problems;

namespace Godwit.Tests.Connectors.RabbitMq;

public sealed class NamingQueues
{
    [Theory]
    [InlineData("orders", "orders", true)]
    [InlineData("orders", "orders2", false)]
    [InlineData("invoices.*", "invoices.eu", true)]
    [InlineData("invoices.*", "invoices.", true)]
    [InlineData("invoices.*", "invoices", false)]
    [InlineData("*.dead.*", "a.dead.b", true)]
    [InlineData("*.dead.*", "a.dead", false)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("*", "godwit.0123abcd.taken", false)]
    public void A_star_stands_for_any_characters_and_Godwits_own_queues_are_never_meant(
        string pattern, string queue, bool isMeant) =>
        Assert.Equal(isMeant, new QueuePatterns([pattern]).Includes(queue));

    [Fact]
    public void Names_of_its_own_queues_fit_whatever_the_users_queue_is_called()
    {
        var names = new BrokerNames("0123abcd");
        var longest = new string('q', 255);
        Assert.Equal("godwit.0123abcd.way.orders", names.Way("orders"));
        Assert.InRange(names.Expired(longest).Length, 1, 255);
        Assert.NotEqual(names.Tracker(longest), names.Tracker(longest[..^1] + "r"));
    }

    [Theory]
    [InlineData("amqp://h", "h", 5672, "guest", "/", "http://h:15672/")]
    [InlineData("amqps://u:p%40@h/v%2Fw", "h", 5671, "u", "v/w", "https://h:15671/")]
    [InlineData("amqp://[::1]:99/v?management=https://m:8", "::1", 99, "guest", "v", "https://m:8/")]
    public void An_address_is_understood(
        string address, string host, int port, string user, string virtualHost, string management)
    {
        var parsed = BrokerAddress.Parse(address, "shown");
        Assert.Equal(
            (host, port, user, virtualHost, management),
            (parsed.Host, parsed.Port, parsed.User, parsed.VirtualHost, parsed.Management.ToString()));
    }

    [Theory]
    [InlineData("amqp://h", "h", 5552)]
    [InlineData("amqps://h", "h", 5551)]
    [InlineData("amqp://h?stream=99", "h", 99)]
    [InlineData("amqp://h?management=http://m:8&stream=s:99", "s", 99)]
    [InlineData("amqp://h?stream=%5B::1%5D:99&management=http://m:8", "::1", 99)]
    public void Where_streams_are_spoken_of_is_understood(string address, string host, int port) =>
        Assert.Equal((host, port), BrokerAddress.Parse(address, "shown").Streams);

    [Theory]
    [InlineData("amqp://")]
    [InlineData("amqp://u@h")]
    [InlineData("amqp://u:sesame@h?vhost=a")]
    [InlineData("amqp://u:sesame@h?management=ftp://h")]
    [InlineData("amqp://u:sesame@h?stream=here")]
    [InlineData("amqp://u:sesame@h?stream=:5552")]
    [InlineData("amqp://u:sesame@h?stream")]
    [InlineData("amqps://u:sesame@h?ca=/nowhere/ca.pem")]
    public void A_wrong_address_is_told_without_its_password(string address)
    {
        var failure = Assert.Throws<GodwitException>(() => BrokerAddress.Parse(address, "shown"));
        Assert.Equal("GW-RMQ-001", failure.Problem.Code);
        Assert.DoesNotContain("sesame", failure.ToString(), StringComparison.Ordinal);
    }
}
