using RabbitMQ.Client;

namespace Godwit.Tests.Servers;

/// <summary>Collects the bodies of a stream's first messages.</summary>
internal sealed class StreamConsumer(IChannel channel, int count) : AsyncDefaultBasicConsumer(channel)
{
    private readonly List<byte[]> _bodies = [];
    private readonly TaskCompletionSource<IReadOnlyList<byte[]>> _all =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when all that are wanted are here.</summary>
    public Task<IReadOnlyList<byte[]>> All => _all.Task;

    public override async Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        if (_bodies.Count < count)
            _bodies.Add(body.ToArray());
        if (_bodies.Count == count)
            _all.TrySetResult([.. _bodies]);
        await Channel.BasicAckAsync(deliveryTag, multiple: false, cancellationToken);
    }
}
