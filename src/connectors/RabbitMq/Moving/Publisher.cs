using Godwit.Core.Problems;
using RabbitMQ.Client;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>Publishes messages over one channel, each to its queue and to the queue's tracker.</summary>
/// <remarks>
/// The client must not track confirms itself: it would add a header to each message. One channel keeps the order,
/// so that what arrives of a queue's part of a batch is always its beginning.
/// </remarks>
internal sealed class Publisher : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly BrokerSession _session;
    private readonly BrokerLink _link;
    private readonly IChannel _channel;
    private readonly Confirms _confirms;
    private readonly Ways _ways;

    private Publisher(BrokerSession session, BrokerLink link, IChannel channel)
    {
        (_session, _link, _channel) = (session, link, channel);
        _confirms = new Confirms(channel);
        _ways = new Ways(session, link, channel);
    }

    internal bool IsOpen => _link.IsOpen && _channel.IsOpen;

    internal static async Task<Publisher> Open(BrokerSession session, CancellationToken cancellation)
    {
        var link = await BrokerLink.Open(session, session.Names.Writer, cancellation).ConfigureAwait(false);
        IChannel? channel = null;
        try
        {
            channel = await link.Channel(
                new CreateChannelOptions(
                    publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false), cancellation)
                .ConfigureAwait(false);
            return new Publisher(session, link, channel);
        }
        finally
        {
            if (channel is null)
                await link.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>How many messages the tracker of a queue has counted.</summary>
    internal async Task<long> Counted(string queue, CancellationToken cancellation)
    {
        await _ways.Make(queue, cancellation).ConfigureAwait(false);
        return await _ways.Counted(queue, cancellation).ConfigureAwait(false);
    }

    /// <summary>Whether the broker has restarted since <see cref="Reset"/>: of what it had not confirmed it may have
    /// kept a message in one of queue and tracker only.</summary>
    internal async Task<bool> HasRestarted(IReadOnlyList<string> queues, CancellationToken cancellation) =>
        !await _link.HasExchange(_session.Names.Life, cancellation).ConfigureAwait(false)
        || !await _ways.AreCounting(queues, cancellation).ConfigureAwait(false);

    /// <summary>Has the trackers count from 0.</summary>
    /// <returns>How many messages lie in each queue; without those where somebody consumes.</returns>
    internal async Task<IReadOnlyDictionary<string, long>> Reset(
        IReadOnlyList<string> queues, CancellationToken cancellation)
    {
        await _channel.ExchangeDeclareAsync(
            _session.Names.Life, ExchangeType.Fanout, durable: false, autoDelete: false,
            cancellationToken: cancellation).ConfigureAwait(false);
        var depths = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var queue in queues)
        {
            await _ways.Make(queue, cancellation).ConfigureAwait(false);
            await _ways.Purge(queue, cancellation).ConfigureAwait(false);
            if (await Depth(queue, cancellation).ConfigureAwait(false) is { } depth)
                depths[queue] = depth;
        }
        return depths;
    }

    /// <summary>Looks which of the messages that may have arrived are in the queue. For a broker that has
    /// restarted.</summary>
    /// <returns>Their ordinals; null where it cannot be known.</returns>
    internal async Task<IReadOnlyList<int>?> LookInto(
        string queue, IReadOnlyList<PublishedMessage> published, long? depth, CancellationToken cancellation)
    {
        await _ways.Make(queue, cancellation).ConfigureAwait(false);
        return await new QueueLook(_session, _link).Find(queue, published, depth, cancellation).ConfigureAwait(false);
    }

    /// <summary>Publishes messages; returns when the broker has spoken of all of them.</summary>
    /// <returns>Why it refused some; null when all are there.</returns>
    /// <param name="confirmed">Is told which were confirmed when not all were.</param>
    /// <remarks>Not to be cut off half-way, but it ends when the broker says nothing for a while.</remarks>
    internal async Task<string?> Publish(
        IReadOnlyList<Message> messages, Action<IReadOnlyList<Message>> confirmed)
    {
        var numbers = new ulong[messages.Count];
        var isThrough = false;
        try
        {
            await Publish(messages, numbers).ConfigureAwait(false);
            isThrough = _confirms.WhyRefused is null;
        }
        finally
        {
            if (!isThrough && !_confirms.IsReturned)
                confirmed([.. messages.Where((_, at) => numbers[at] > 0 && _confirms.IsConfirmed(numbers[at]))]);
        }
        return _confirms.IsReturned
            ? throw new GodwitException(RabbitMqProblems.NotTaken(_session.Shown, _confirms.WhyRefused ?? ""))
            : _confirms.WhyRefused;
    }

    private async Task Publish(IReadOnlyList<Message> messages, ulong[] numbers)
    {
        for (var at = 0; at < messages.Count; at++)
        {
            var message = messages[at];
            numbers[at] = _confirms.Expect();
            var sent = _channel.BasicPublishAsync(
                _session.Names.Way(message.Queue), message.RoutingKey, mandatory: true, message.Properties,
                message.Body, CancellationToken.None);
            if (sent.IsCompletedSuccessfully)
                await sent.ConfigureAwait(false);
            else
                await sent.AsTask().WaitAsync(Patience, _session.Opening.Clock).ConfigureAwait(false);
        }
        await _confirms.Settled(_channel, Patience, _session.Opening.Clock).ConfigureAwait(false);
    }

    /// <summary>Raises a problem where a queue was deleted meanwhile.</summary>
    internal Task EnsureWhole(IReadOnlyList<string> queues, CancellationToken cancellation) =>
        _ways.EnsureWhole(queues, cancellation);

    private async Task<long?> Depth(string queue, CancellationToken cancellation)
    {
        var said = await _channel.QueueDeclarePassiveAsync(queue, cancellation).ConfigureAwait(false);
        return said.ConsumerCount == 0 ? said.MessageCount : null;
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();
}
