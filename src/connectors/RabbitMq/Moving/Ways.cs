using Godwit.Core.Problems;
using RabbitMQ.Client;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>The ways of messages at a target: an exchange for each queue brings a message to the queue's tracker and,
/// through a second exchange, the door, to the queue.</summary>
/// <remarks>
/// The broker deletes the door with its last binding, and that goes with the queue. So as long as the door is there the
/// queue is the one that it was made for, and everything that was confirmed before went into it: a queue that is
/// deleted, and perhaps made anew, is noticed, although its tracker takes everything.
/// A tracker is gone when the broker restarts: what it had counted then says nothing.
/// </remarks>
internal sealed class Ways(BrokerSession session, BrokerLink link, IChannel channel)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Has the way to a queue be there, made anew where it never was.</summary>
    /// <exception cref="GodwitException">It was there, and is not whole any more.</exception>
    internal async Task Make(string queue, CancellationToken cancellation)
    {
        if (_known.Contains(queue))
            return;
        if (session.Received.IsBound(queue))
        {
            await EnsureWhole([queue], cancellation).ConfigureAwait(false);
            await Lead(queue, cancellation).ConfigureAwait(false);
        }
        else
        {
            await Declare(queue, cancellation).ConfigureAwait(false);
            await Purge(queue, cancellation).ConfigureAwait(false);
            session.Received.Bind(queue);
        }
        _known.Add(queue);
    }

    /// <summary>Has the tracker of a queue count from 0.</summary>
    internal async Task Purge(string queue, CancellationToken cancellation)
    {
        await channel.QueuePurgeAsync(session.Names.Tracker(queue), cancellation).ConfigureAwait(false);
        await channel.QueuePurgeAsync(session.Names.Expired(queue), cancellation).ConfigureAwait(false);
    }

    /// <summary>Whether the trackers that were made for some queues are still there.</summary>
    internal async Task<bool> AreCounting(IReadOnlyList<string> queues, CancellationToken cancellation) =>
        await link.FirstMissingQueue(
            [.. queues.SelectMany(one => (string[])[session.Names.Tracker(one), session.Names.Expired(one)])],
            cancellation).ConfigureAwait(false) is null;

    /// <summary>How many messages the tracker of a queue has counted, those included that have expired in it.</summary>
    internal async Task<long> Counted(string queue, CancellationToken cancellation) =>
        await channel.MessageCountAsync(session.Names.Tracker(queue), cancellation).ConfigureAwait(false)
        + await channel.MessageCountAsync(session.Names.Expired(queue), cancellation).ConfigureAwait(false);

    /// <exception cref="GodwitException">A queue is not the one any more that the way was made for.</exception>
    internal async Task EnsureWhole(IReadOnlyList<string> queues, CancellationToken cancellation)
    {
        var missing = await link.FirstMissingExchange([.. queues.Select(session.Names.Door)], cancellation)
            .ConfigureAwait(false);
        if (missing is null)
            return;
        var replaced = queues.First(one => session.Names.Door(one) == missing);
        var moved = session.Received.Tallies[replaced].Count;
        session.Received.Unbind(replaced);
        throw new GodwitException(RabbitMqProblems.QueueReplaced(session.Shown, replaced, moved));
    }

    /// <summary>Removes what was made for a queue.</summary>
    internal static async Task Remove(
        IChannel channel, BrokerNames names, string queue, CancellationToken cancellation)
    {
        foreach (var exchange in (string[])[names.Life, names.Way(queue), names.Door(queue)])
            await channel.ExchangeDeleteAsync(exchange, cancellationToken: cancellation).ConfigureAwait(false);
        foreach (var one in (string[])[names.Tracker(queue), names.Expired(queue)])
            await channel.QueueDeleteAsync(one, ifUnused: false, ifEmpty: false, cancellationToken: cancellation)
                .ConfigureAwait(false);
    }

    private async Task Declare(string queue, CancellationToken cancellation)
    {
        var door = session.Names.Door(queue);
        await Exchange(door, isDoor: true, cancellation).ConfigureAwait(false);
        await channel.QueueBindAsync(queue, door, "", cancellationToken: cancellation).ConfigureAwait(false);
        await Lead(queue, cancellation).ConfigureAwait(false);
    }

    /// <summary>From the way to the door and to the tracker; also where the broker has restarted, or somebody has
    /// deleted the way.</summary>
    private async Task Lead(string queue, CancellationToken cancellation)
    {
        var names = session.Names;
        await Queue(names.Expired(queue), [], cancellation).ConfigureAwait(false);
        await Queue(
            names.Tracker(queue),
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["x-dead-letter-exchange"] = "",
                ["x-dead-letter-routing-key"] = names.Expired(queue),
            },
            cancellation).ConfigureAwait(false);
        await Exchange(names.Way(queue), isDoor: false, cancellation).ConfigureAwait(false);
        await channel.QueueBindAsync(names.Tracker(queue), names.Way(queue), "", cancellationToken: cancellation)
            .ConfigureAwait(false);
        await channel.ExchangeBindAsync(names.Door(queue), names.Way(queue), "", cancellationToken: cancellation)
            .ConfigureAwait(false);
    }

    private Task Exchange(string name, bool isDoor, CancellationToken cancellation) => channel.ExchangeDeclareAsync(
        name, ExchangeType.Fanout, durable: true, autoDelete: isDoor, cancellationToken: cancellation);

    private Task<QueueDeclareOk> Queue(
        string queue, Dictionary<string, object?> arguments, CancellationToken cancellation) =>
        channel.QueueDeclareAsync(
            queue, durable: !link.MayBeTransient, exclusive: false, autoDelete: false,
            new Dictionary<string, object?>(arguments, StringComparer.Ordinal) { ["x-queue-type"] = "classic" },
            cancellationToken: cancellation);
}
