using Godwit.Core.Problems;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

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
    private readonly HashSet<string> _ways = new(StringComparer.Ordinal);

    private Publisher(BrokerSession session, BrokerLink link, IChannel channel)
    {
        (_session, _link, _channel) = (session, link, channel);
        _confirms = new Confirms(channel);
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

    /// <summary>How many messages each queue's tracker has counted.</summary>
    internal async Task<IReadOnlyDictionary<string, long>> Counted(
        IReadOnlyList<string> queues, CancellationToken cancellation)
    {
        var counted = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var queue in queues)
        {
            await MakeWay(queue, cancellation).ConfigureAwait(false);
            var (tracker, expired) = (
                await _channel.MessageCountAsync(_session.Names.Tracker(queue), cancellation).ConfigureAwait(false),
                await _channel.MessageCountAsync(_session.Names.Expired(queue), cancellation).ConfigureAwait(false));
            counted[queue] = tracker + expired;
        }
        return counted;
    }

    /// <summary>Whether the broker has restarted since <see cref="Reset"/>: of what it had not confirmed it may have
    /// kept a message in one of queue and tracker only.</summary>
    internal async Task<bool> HasRestarted(CancellationToken cancellation)
    {
        // A refusal closes the channel.
        var channel = await _link.Channel(null, cancellation).ConfigureAwait(false);
        await using var _ = channel.ConfigureAwait(false);
        try
        {
            await channel.ExchangeDeclarePassiveAsync(_session.Names.Life, cancellation).ConfigureAwait(false);
            return false;
        }
        catch (OperationInterruptedException gone) when (gone.ShutdownReason?.ReplyCode == RabbitMqFailures.NotFound)
        {
            return true;
        }
    }

    /// <summary>Has the trackers count from 0.</summary>
    internal async Task Reset(IReadOnlyList<string> queues, CancellationToken cancellation)
    {
        await _channel.ExchangeDeclareAsync(
            _session.Names.Life, ExchangeType.Fanout, durable: false, autoDelete: false,
            cancellationToken: cancellation).ConfigureAwait(false);
        foreach (var queue in queues)
        {
            await MakeWay(queue, cancellation).ConfigureAwait(false);
            await _channel.QueuePurgeAsync(_session.Names.Tracker(queue), cancellation).ConfigureAwait(false);
            await _channel.QueuePurgeAsync(_session.Names.Expired(queue), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Publishes messages; returns when the broker has spoken of all of them.</summary>
    /// <returns>Those that it refused or returned, and why; none when all are there.</returns>
    /// <remarks>Not to be cut off half-way, but it ends when the broker says nothing for a while.</remarks>
    internal async Task<(IReadOnlyList<Message> Confirmed, string? WhyRefused)> Publish(
        IReadOnlyList<Message> messages)
    {
        var numbers = new ulong[messages.Count];
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
        if (_confirms.IsReturned)
            throw new GodwitException(RabbitMqProblems.NotTaken(_session.Shown, _confirms.WhyRefused ?? ""));
        return (
            [.. messages.Where((_, at) => _confirms.IsConfirmed(numbers[at]))],
            _confirms.WhyRefused);
    }

    /// <summary>A queue that was deleted takes nothing, and its tracker would not show it.</summary>
    internal async Task EnsureThere(IReadOnlyList<string> queues, CancellationToken cancellation)
    {
        foreach (var queue in queues)
            await _channel.QueueDeclarePassiveAsync(queue, cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    /// <summary>Removes what was made for a queue.</summary>
    internal static async Task RemoveWay(
        IChannel channel, BrokerNames names, string queue, CancellationToken cancellation)
    {
        await channel.ExchangeDeleteAsync(names.Life, cancellationToken: cancellation).ConfigureAwait(false);
        await channel.ExchangeDeleteAsync(names.Way(queue), cancellationToken: cancellation).ConfigureAwait(false);
        await channel.QueueDeleteAsync(
            names.Tracker(queue), ifUnused: false, ifEmpty: false, cancellationToken: cancellation)
            .ConfigureAwait(false);
        await channel.QueueDeleteAsync(
            names.Expired(queue), ifUnused: false, ifEmpty: false, cancellationToken: cancellation)
            .ConfigureAwait(false);
    }

    private async Task MakeWay(string queue, CancellationToken cancellation)
    {
        if (_ways.Contains(queue))
            return;
        var (names, way) = (_session.Names, _session.Names.Way(queue));
        await _channel.ExchangeDeclareAsync(
            way, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellation)
            .ConfigureAwait(false);
        await Declare(names.Expired(queue), [], cancellation).ConfigureAwait(false);
        await Declare(
            names.Tracker(queue),
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["x-dead-letter-exchange"] = "",
                ["x-dead-letter-routing-key"] = names.Expired(queue),
            },
            cancellation).ConfigureAwait(false);
        await _channel.QueueBindAsync(names.Tracker(queue), way, "", cancellationToken: cancellation)
            .ConfigureAwait(false);
        await _channel.QueueBindAsync(queue, way, "", cancellationToken: cancellation).ConfigureAwait(false);
        _ways.Add(queue);
    }

    private Task<QueueDeclareOk> Declare(
        string queue, Dictionary<string, object?> arguments, CancellationToken cancellation) =>
        _channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellation);
}
