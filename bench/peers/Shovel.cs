namespace Godwit.Bench.Peers;

/// <summary>RabbitMQ's own dynamic shovel, which confirms before it acknowledges.</summary>
/// <param name="servers">Between which it moves.</param>
/// <param name="at">Where it runs.</param>
internal sealed class Shovel(RabbitMqServers servers, RabbitMqBroker at) : IQueueMover
{
    internal const string Title = "dynamic shovel, on-confirm";

    private const string Parameter = $"parameters/shovel/{RabbitMqBroker.Host}/bench";

    public string Name => Title;

    public TimeSpan? ProcessorTime => null;

    public void Start() => at.Management.Put(
        Parameter,
        new
        {
            value = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["src-protocol"] = "amqp091",
                ["src-uri"] = AddressOf(servers.Source),
                ["src-queue"] = MessageQueue.Name,
                ["src-prefetch-count"] = 1000,
                ["dest-protocol"] = "amqp091",
                ["dest-uri"] = AddressOf(servers.Target),
                ["dest-queue"] = MessageQueue.Name,
                ["ack-mode"] = "on-confirm",
                ["reconnect-delay"] = 1,
            },
        });

    public void Crash() => at.Crash();

    public void Stop() => at.Management.Delete(Parameter);

    /// <summary>A broker speaks to itself without a socket.</summary>
    private string AddressOf(RabbitMqBroker broker) =>
        broker == at ? $"amqp:///{RabbitMqBroker.Host}" : broker.ShovelAddress;
}
