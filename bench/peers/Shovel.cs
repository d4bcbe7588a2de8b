namespace Godwit.Bench.Peers;

/// <summary>RabbitMQ's own dynamic shovel, which confirms before it acknowledges.</summary>
/// <param name="at">Where it runs.</param>
/// <param name="from">The source's address.</param>
/// <param name="to">The target's.</param>
internal sealed class Shovel(RabbitMqBroker at, string from, string to) : IQueueMover
{
    /// <summary>The broker where it runs, to which it speaks without a socket.</summary>
    internal const string Here = $"amqp:///{RabbitMqBroker.Host}";

    private const string Parameter = $"parameters/shovel/{RabbitMqBroker.Host}/bench";

    public string Name => "dynamic shovel, on-confirm";

    public TimeSpan? ProcessorTime => null;

    public void Start() => at.Management.Put(
        Parameter,
        new
        {
            value = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["src-protocol"] = "amqp091",
                ["src-uri"] = from,
                ["src-queue"] = MessageQueue.Name,
                ["src-prefetch-count"] = 1000,
                ["dest-protocol"] = "amqp091",
                ["dest-uri"] = to,
                ["dest-queue"] = MessageQueue.Name,
                ["ack-mode"] = "on-confirm",
                ["reconnect-delay"] = 1,
            },
        });

    public void Crash() => at.Crash();

    public void Stop() => at.Management.Delete(Parameter);
}
