using Godwit.Connectors.RabbitMq.Moving;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Reads streams again, and tallies what lies there of what went over. Both sides come to the same where both
/// still have what they had.</summary>
/// <remarks>
/// What was read once is not read again before <see cref="ReadAnew"/>, so that a cutover does not wait for it. Of a
/// block that retention has cut here nothing can be read: what the ledger says of it stands.
/// </remarks>
internal sealed class StreamProof(BrokerSession session) : IDisposable
{
    private static readonly TimeSpan Seldom = TimeSpan.FromMinutes(1);
    private const int Rest = 10;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, (SeenBlocks Sent, SeenBlocks Received)> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long At, TimeSpan Took)> _passes = new(StringComparer.Ordinal);

    /// <summary>What is here of what was handed out and of what was taken in; null for what is no stream, or where
    /// nothing went over.</summary>
    internal async Task<(QueueTally Sent, QueueTally Received)?> Tallies(
        string stream, CancellationToken cancellation)
    {
        if (!IsKnown(stream))
            return null;
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var seen = await Read(
                stream, _seen.GetValueOrDefault(stream, (SeenBlocks.None, SeenBlocks.None)), cancellation)
                .ConfigureAwait(false);
            _seen[stream] = seen;
            return (seen.Sent.Tally(), seen.Received.Tally());
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads all of a stream again, where that was not done a short while ago.</summary>
    internal async Task ReadAnew(string stream, CancellationToken cancellation)
    {
        var clock = session.Opening.Clock;
        if (!IsKnown(stream) || (_passes.TryGetValue(stream, out var last)
            && clock.GetElapsedTime(last.At) < Seldom + (last.Took * Rest)))
            return;
        var start = clock.GetTimestamp();
        var seen = await Read(stream, (SeenBlocks.None, SeenBlocks.None), cancellation).ConfigureAwait(false);
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        _seen[stream] = seen;
        _passes[stream] = (clock.GetTimestamp(), clock.GetElapsedTime(start));
        _turn.Release();
    }

    public void Dispose() => _turn.Dispose();

    private bool IsKnown(string stream) => session.SentStreams.Blocks(stream).All.Count > 0
        || session.ReceivedStreams[stream].Blocks.All.Count > 0;

    private Task<(SeenBlocks Sent, SeenBlocks Received)> Read(
        string stream, (SeenBlocks Sent, SeenBlocks Received) seen, CancellationToken cancellation) =>
        RabbitMqFailures.Translated(
            session,
            async () =>
            {
                var sent = session.SentStreams.Blocks(stream).All;
                var received = session.ReceivedStreams[stream];
                if (seen.Sent.IsAll(sent) && seen.Received.IsAll(received.Blocks.All))
                    return seen;
                var connection = await StreamConnection.Open(session, cancellation).ConfigureAwait(false);
                await using var _ = connection.ConfigureAwait(false);
                var reader = new BlockReader(connection, stream, received.Map);
                return (
                    await reader.Read(seen.Sent, sent, isOwn: false, cancellation).ConfigureAwait(false),
                    await reader.Read(seen.Received, received.Blocks.All, isOwn: true, cancellation)
                        .ConfigureAwait(false));
            },
            cancellation);
}
