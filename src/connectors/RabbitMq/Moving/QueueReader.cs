using System.Threading.Channels;
using RabbitMQ.Client;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>Takes the deliveries of one queue, in order. Bodies are valid inside the call only: they are
/// copied.</summary>
internal sealed class QueueReader(
    IChannel channel, SourceQueue queue, ChannelWriter<Delivery> into, Action<Exception> fail)
    : AsyncDefaultBasicConsumer(channel)
{
    /// <summary>What quorum queues add to a message that was delivered before.</summary>
    private const string DeliveryCount = "x-delivery-count";

    private long _received;

    /// <summary>How many may be delivered and not acknowledged.</summary>
    internal int Window { get; init; }

    /// <summary>How many have come.</summary>
    internal long Received => Interlocked.Read(ref _received);

    public override Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        var kept = Kept(properties);
        var message = new Message(queue.Name, -1, routingKey, kept, body.ToArray());
        var delivery = new Delivery(message, MessageHash.Of(message), deliveryTag, redelivered);
        Interlocked.Increment(ref _received);
        return into.TryWrite(delivery)
            ? Task.CompletedTask
            : into.WriteAsync(delivery, cancellationToken).AsTask();
    }

    /// <summary>The broker ends it: the queue was deleted, or moved to another node.</summary>
    public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        fail(new IOException($"The broker stopped delivering from {queue.Name}"));
        return base.HandleBasicCancelAsync(consumerTag, cancellationToken);
    }

    private BasicProperties Kept(IReadOnlyBasicProperties properties)
    {
        var kept = new BasicProperties(properties);
        if (!queue.MayCount || kept.Headers is null || !kept.Headers.ContainsKey(DeliveryCount))
            return kept;
        var headers = new Dictionary<string, object?>(kept.Headers, StringComparer.Ordinal);
        headers.Remove(DeliveryCount);
        kept.Headers = headers.Count > 0 ? headers : null;
        return kept;
    }
}
