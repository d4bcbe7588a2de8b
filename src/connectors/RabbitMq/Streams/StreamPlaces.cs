using Godwit.Core.Problems;
using RabbitMQ.Client.Exceptions;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Looks after the streams of a target as a whole: they begin empty, and those that Godwit made are removed
/// with what was copied.</summary>
internal sealed class StreamPlaces(BrokerSession session)
{
    /// <summary>Remembers which of some names are not there yet, before they are made.</summary>
    internal async Task NoteMissing(IReadOnlyList<string> queues, CancellationToken cancellation)
    {
        if (!session.Remembers)
            return;
        var missing = new List<string>();
        foreach (var queue in queues)
        {
            if (!await IsThere(queue, cancellation).ConfigureAwait(false))
                missing.Add(queue);
        }
        if (missing.Count > 0)
            session.ReceivedStreams.NoteMade(missing);
    }

    /// <exception cref="GodwitException">A stream has messages already.</exception>
    internal async Task EnsureEmpty(IReadOnlyList<string> queues, CancellationToken cancellation)
    {
        if (await Filled(queues, cancellation).ConfigureAwait(false) is [var (stream, end), ..])
            throw new GodwitException(RabbitMqProblems.NotEmpty(session.Shown, stream, end));
    }

    /// <summary>Those that are streams and not empty, and how many offsets they have.</summary>
    internal async Task<IReadOnlyList<(string Stream, long Count)>> Filled(
        IReadOnlyList<string> queues, CancellationToken cancellation)
    {
        var facts = await session.Management.TryQueues(cancellation).ConfigureAwait(false);
        var streams = await StreamNames.Among(session, queues, facts, cancellation).ConfigureAwait(false);
        var filled = new List<(string, long)>();
        if (streams.Count == 0)
            return filled;
        var connection = await StreamConnection.Open(session, cancellation).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var ends = new StreamEnds(connection);
        await ends.Streams(streams, cancellation).ConfigureAwait(false);
        foreach (var stream in streams)
        {
            var first = await ends.First(stream, cancellation).ConfigureAwait(false);
            var end = await ends.End(stream, cancellation).ConfigureAwait(false);
            if (first is { } there && end > there)
                filled.Add((stream, (long)(end - there)));
        }
        return filled;
    }

    /// <summary>Deletes streams that Godwit made and nobody else wrote to: the source still has what is in
    /// them.</summary>
    internal async Task RemoveCopies(CancellationToken cancellation)
    {
        var copied = session.ReceivedStreams.Made
            .Where(one => session.ReceivedStreams[one].Map.Spans.Count > 0).ToList();
        if (copied.Count == 0)
            return;
        var alone = new List<string>();
        var connection = await StreamConnection.Open(session, cancellation).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var there = await new StreamEnds(connection).Streams(copied, cancellation).ConfigureAwait(false);
            foreach (var stream in there)
            {
                if (await IsOwn(connection, stream, cancellation).ConfigureAwait(false))
                    alone.Add(stream);
            }
        }
        foreach (var stream in alone)
            await session.Ask(
                channel => channel.QueueDeleteAsync(
                    stream, ifUnused: false, ifEmpty: false, cancellationToken: cancellation), cancellation)
                .ConfigureAwait(false);
    }

    private async Task<bool> IsOwn(StreamConnection connection, string stream, CancellationToken cancellation)
    {
        var (ends, cursor) = (new StreamEnds(connection), new StreamCursor(connection, stream));
        var end = await ends.End(stream, cancellation).ConfigureAwait(false);
        await cursor.Seek(session.ReceivedStreams[stream].Searched, cancellation).ConfigureAwait(false);
        return await cursor.PeekBefore(end, cancellation).ConfigureAwait(false) is null;
    }

    private Task<bool> IsThere(string queue, CancellationToken cancellation) => session.Ask(
        async channel =>
        {
            try
            {
                await channel.QueueDeclarePassiveAsync(queue, cancellation).ConfigureAwait(false);
                return true;
            }
            catch (OperationInterruptedException missing)
                when (missing.ShutdownReason?.ReplyCode == RabbitMqFailures.NotFound)
            {
                return false;
            }
        },
        cancellation);
}
