using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Takes messages into the streams of a target, each once, and finds out where they lie.</summary>
/// <remarks>The broker itself drops what it has already; that everything is there is seen by reading it.</remarks>
internal sealed class StreamDelivery(BrokerSession session) : IAsyncDisposable
{
    private StreamConnection? _connection;

    private ReceivedStreams Ledger => session.ReceivedStreams;

    /// <returns>How many units were not there before.</returns>
    internal async Task<int> Apply(
        ulong number, IReadOnlyList<StreamSpan> spans, CancellationToken cancellation)
    {
        if (spans.Count == 0 || Ledger.IsConfirmed(number))
            return 0;
        if (_connection is not { IsOpen: true })
        {
            await Forget().ConfigureAwait(false);
            _connection = await StreamConnection.Open(session, cancellation).ConfigureAwait(false);
        }
        if (!Ledger.IsBegun(number))
            Ledger.Begin(number, await Before(spans, cancellation).ConfigureAwait(false));
        var (publisher, search) = (new StreamPublisher(_connection), new StreamSearch(_connection));
        var (published, states) = (0, new Dictionary<string, ReceivedStream>(StringComparer.Ordinal));
        foreach (var span in spans)
        {
            var state = Ledger[span.Stream];
            published += await publisher.Publish(span.Stream, state.Reference, span.Units, cancellation)
                .ConfigureAwait(false);
            states[span.Stream] = await search.Find(span, state, cancellation).ConfigureAwait(false);
        }
        Ledger.Confirm(number, states);
        return published;
    }

    /// <summary>A connection that failed, or was left in the middle, is not used again.</summary>
    internal async Task Forget()
    {
        if (_connection is not null)
            await _connection.DisposeAsync().ConfigureAwait(false);
        _connection = null;
    }

    public async ValueTask DisposeAsync() => await Forget().ConfigureAwait(false);

    private async Task<Dictionary<string, ReceivedStream>> Before(
        IReadOnlyList<StreamSpan> spans, CancellationToken cancellation)
    {
        var (ends, states) = (
            new StreamEnds(_connection!), new Dictionary<string, ReceivedStream>(StringComparer.Ordinal));
        await ends.Streams([.. spans.Select(one => one.Stream)], cancellation).ConfigureAwait(false);
        var attempt = session.Opening.Clock.GetUtcNow().UtcTicks;
        foreach (var span in spans)
        {
            var state = Ledger[span.Stream];
            var end = await ends.End(span.Stream, cancellation).ConfigureAwait(false);
            if (end > 0 && end < state.Searched)
                throw new GodwitException(
                    StreamProblems.Replaced(session.Shown, span.Stream, end, state.Searched));
            states[span.Stream] = state with
            {
                Reference = state.Reference.Length > 0
                    ? state.Reference
                    : session.Names.Reference(span.Stream, attempt),
                Searched = Math.Max(state.Searched, end),
            };
        }
        return states;
    }
}
