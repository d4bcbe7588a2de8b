using System.Buffers.Binary;
using System.Threading.Channels;
using Godwit.Core.Problems;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>Reads queues over one channel, and takes batches away: their acknowledgement and the fact that they were
/// acknowledged reach the broker as one transaction.</summary>
/// <remarks>
/// Invariant: the queue <see cref="BrokerNames.Taken"/> holds the number of the last batch whose messages are gone from
/// here. Whoever opens an intake knows from it whether the pending batch will be delivered again. How many
/// messages were delivered beyond a batch does not matter.
/// </remarks>
internal sealed class Intake : IAsyncDisposable
{
    /// <summary>Of one queue, delivered and not acknowledged: a batch, and the next one on its way.</summary>
    internal const int MostWanted = 4_000;

    private readonly BrokerSession _session;
    private readonly BrokerLink _link;
    private readonly IChannel _channel;
    private readonly Channel<Delivery> _arrived = Channel.CreateUnbounded<Delivery>(
        new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<string, QueueReader> _readers = new(StringComparer.Ordinal);
    private readonly LinkedList<Delivery> _held = new();
    private long _lostAt;

    private Intake(BrokerSession session, BrokerLink link, IChannel channel)
    {
        (_session, _link, _channel) = (session, link, channel);
        channel.ChannelShutdownAsync += (_, why) =>
        {
            Interlocked.CompareExchange(ref _lostAt, session.Opening.Clock.GetTimestamp(), 0);
            _arrived.Writer.TryComplete(new IOException(why.ReplyText));
            return Task.CompletedTask;
        };
    }

    /// <summary>When the channel ended, by the clock's time stamp; null while it is open.</summary>
    internal long? LostAt => Interlocked.Read(ref _lostAt) is not 0 and var at ? at : null;

    /// <summary>Whether the broker has restarted since the intake before this one, or since ever.</summary>
    internal bool HasRestarted { get; private set; }

    internal bool IsOpen => _link.IsOpen && _channel.IsOpen && !_arrived.Reader.Completion.IsCompleted;

    /// <summary>The number of the last batch that was taken away from here; 0 before the first.</summary>
    internal ulong Taken { get; private set; }

    /// <summary>How many of a queue may be delivered and not acknowledged, where nothing else is said of it.</summary>
    internal int Wanted { get; private init; }

    /// <summary>The same for one queue.</summary>
    internal int Window(string queue) => _readers[queue].Window;

    internal static async Task<Intake> Open(
        BrokerSession session, IReadOnlyList<SourceQueue> queues, int wanted, CancellationToken cancellation)
    {
        wanted = Math.Clamp(wanted, 1, MostWanted);
        if (queues.Any(one => one.MayTurnOver))
            session.Sent.Widen(wanted);
        var link = await BrokerLink.Open(session, session.Names.Reader, cancellation).ConfigureAwait(false);
        Intake? intake = null;
        try
        {
            var taken = await ReadTaken(session, link, cancellation).ConfigureAwait(false);
            var channel = await link.Channel(null, cancellation).ConfigureAwait(false);
            intake = new Intake(session, link, channel) { Taken = taken, Wanted = wanted };
            await intake.Begin(queues, cancellation).ConfigureAwait(false);
            return intake;
        }
        catch
        {
            if (intake is not null)
                await intake.DisposeAsync().ConfigureAwait(false);
            else
                await link.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The next delivery, if it is here.</summary>
    internal bool TryTake(out Delivery delivery)
    {
        if (_held.First is { } first)
        {
            _held.RemoveFirst();
            delivery = first.Value;
            return true;
        }
        return _arrived.Reader.TryRead(out delivery!);
    }

    /// <summary>Gives deliveries back that come before all others.</summary>
    internal void Hold(IReadOnlyList<Delivery> deliveries)
    {
        for (var at = deliveries.Count - 1; at >= 0; at--)
            _held.AddFirst(deliveries[at]);
    }

    /// <summary>Returns when there is a delivery, or when the time is over.</summary>
    /// <exception cref="IOException">The connection is lost.</exception>
    internal async Task Wait(TimeSpan patience, CancellationToken cancellation)
    {
        if (_held.Count > 0)
            return;
        using var deadline = new CancellationTokenSource(patience, _session.Opening.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            if (!await _arrived.Reader.WaitToReadAsync(either.Token).ConfigureAwait(false))
                throw new IOException("The connection was closed");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Nothing came in time.
        }
    }

    /// <summary>How many messages have come from a queue over this intake.</summary>
    internal long Received(string queue) => _readers[queue].Received;

    /// <summary>How many lie in a queue that were not delivered to anybody.</summary>
    internal async Task<long> Ready(string queue, CancellationToken cancellation)
    {
        var said = await _channel.QueueDeclarePassiveAsync(queue, cancellation).ConfigureAwait(false);
        return said.ConsumerCount switch
        {
            1 => said.MessageCount,
            // A quorum queue without a leader says that it is empty, and that nobody consumes.
            0 => throw new IOException($"The queue {queue} does not answer"),
            _ => throw new GodwitException(RabbitMqProblems.HasConsumers(_session.Shown, queue)),
        };
    }

    /// <summary>Returns when everything that the broker has sent so far is counted, and can be taken.</summary>
    internal Task Settle(CancellationToken cancellation) =>
        Echo.Hear(_channel, _session.Names.Reader, cancellation);

    /// <summary>Whether a queue is empty and everything that was in it is here: what the broker sends before it answers
    /// the second question has been delivered.</summary>
    internal async Task<bool> IsEmpty(string queue, CancellationToken cancellation)
    {
        if (await Ready(queue, cancellation).ConfigureAwait(false) != 0
            || await Ready(queue, cancellation).ConfigureAwait(false) != 0)
            return false;
        await Settle(cancellation).ConfigureAwait(false);
        return _held.Count == 0 && !_arrived.Reader.TryPeek(out _);
    }

    /// <summary>Takes a batch away for good.</summary>
    /// <param name="number">The batch's number.</param>
    /// <param name="tags">Of its messages, ascending.</param>
    internal async Task Take(ulong number, IReadOnlyList<ulong> tags, CancellationToken cancellation)
    {
        var isAll = tags.Count > 0 && (_held.Count == 0 || _held.Min(one => one.Tag) > tags[^1]);
        if (isAll)
            await _channel.BasicAckAsync(tags[^1], multiple: true, cancellation).ConfigureAwait(false);
        foreach (var tag in isAll ? [] : tags)
            await _channel.BasicAckAsync(tag, multiple: false, cancellation).ConfigureAwait(false);
        var body = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(body, number);
        await _channel.BasicPublishAsync(
            "", _session.Names.Taken, mandatory: false, new BasicProperties { Persistent = true }, body, cancellation)
            .ConfigureAwait(false);
        await _channel.TxCommitAsync(cancellation).ConfigureAwait(false);
        Taken = number;
    }

    /// <summary>What a restart of the broker may have brought back is dealt with.</summary>
    internal Task Settled(CancellationToken cancellation) => _channel.ExchangeDeclareAsync(
        _session.Names.Drain, ExchangeType.Fanout, durable: false, autoDelete: false, cancellationToken: cancellation);

    /// <summary>Takes messages away that are part of no batch.</summary>
    internal async Task Drop(IReadOnlyList<ulong> tags, CancellationToken cancellation)
    {
        foreach (var tag in tags)
            await _channel.BasicAckAsync(tag, multiple: false, cancellation).ConfigureAwait(false);
        await _channel.TxCommitAsync(cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task Begin(IReadOnlyList<SourceQueue> queues, CancellationToken cancellation)
    {
        HasRestarted = !await _link.HasExchange(_session.Names.Drain, cancellation).ConfigureAwait(false);
        await _channel.TxSelectAsync(cancellation).ConfigureAwait(false);

        // All before the first: a broker that has just started lets one wait at queues that are not ready.
        var before = new FormerReader(_session, _link, _channel, HasRestarted);
        foreach (var queue in queues)
            await before.LetsGo(queue, cancellation).ConfigureAwait(false);
        foreach (var queue in queues)
        {
            var window = queue.MayTurnOver ? Math.Max(Wanted, _session.Sent.Widest) : Wanted;
            var reader = new QueueReader(
                _channel, queue, _arrived.Writer, why => _arrived.Writer.TryComplete(why)) { Window = window };
            _readers.Add(queue.Name, reader);
            await _channel.BasicQosAsync(0, (ushort)window, global: false, cancellation).ConfigureAwait(false);
            await Consume(queue, reader, cancellation).ConfigureAwait(false);
        }
    }

    private async Task Consume(SourceQueue queue, QueueReader reader, CancellationToken cancellation)
    {
        try
        {
            await _channel.BasicConsumeAsync(
                queue.Name, autoAck: false, consumerTag: "", noLocal: false, exclusive: queue.KnowsExclusive,
                arguments: null, reader, cancellation).ConfigureAwait(false);
        }
        catch (OperationInterruptedException refused)
            when (refused.ShutdownReason is { ReplyCode: RabbitMqFailures.AccessRefused } reason
                && reason.ReplyText.Contains("exclusive", StringComparison.Ordinal))
        {
            throw new GodwitException(RabbitMqProblems.HasConsumers(_session.Shown, queue.Name), refused);
        }
    }

    private static async Task<ulong> ReadTaken(
        BrokerSession session, BrokerLink link, CancellationToken cancellation)
    {
        // What is got and not acknowledged goes back when the channel closes.
        var channel = await link.Channel(null, cancellation).ConfigureAwait(false);
        await using var _ = channel.ConfigureAwait(false);
        await channel.QueueDeclareAsync(
            session.Names.Taken, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["x-max-length"] = 1, ["x-queue-type"] = "classic",
            },
            cancellationToken: cancellation).ConfigureAwait(false);

        // A broker that crashed may have forgotten that older ones were thrown away.
        var taken = 0UL;
        while (await channel.BasicGetAsync(session.Names.Taken, autoAck: false, cancellation).ConfigureAwait(false)
            is { } got)
            taken = Math.Max(taken, BinaryPrimitives.ReadUInt64BigEndian(got.Body.Span));
        await channel.CloseAsync(cancellation).ConfigureAwait(false);
        return taken;
    }
}
