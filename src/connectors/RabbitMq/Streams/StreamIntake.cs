using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Reads the streams of a source, each from where it was handed out to, and leaves out what Godwit itself
/// wrote there.</summary>
/// <remarks>A stream keeps what is read: what is pending after a crash is read again, offset by offset.</remarks>
internal sealed class StreamIntake : IAsyncDisposable
{
    /// <summary>One subscription of a connection is for glances at the ends.</summary>
    internal const int MostStreams = 255;

    private const int MostUnits = 10_000;
    private const long MostBytes = 16L << 20;

    private readonly BrokerSession _session;
    private readonly StreamConnection _connection;
    private readonly StreamEnds _ends;
    private readonly List<StreamCursor> _cursors = [];

    private StreamIntake(BrokerSession session, StreamConnection connection) =>
        (_session, _connection, _ends) = (session, connection, new StreamEnds(connection));

    internal bool IsOpen => _connection.IsOpen;

    /// <summary>What is pending, as it was.</summary>
    internal IReadOnlyList<StreamSpan> Pending { get; private set; } = [];

    /// <summary>Whether something was delivered that may be told.</summary>
    internal bool HasSome => !_session.ReceivedStreams.IsInDoubt && _cursors.Exists(one => one.HasSome);

    internal static async Task<StreamIntake> Open(
        BrokerSession session, IReadOnlyList<string> streams, IReadOnlyList<PendingSpan> pending,
        CancellationToken cancellation)
    {
        var connection = await StreamConnection.Open(session, cancellation).ConfigureAwait(false);
        var intake = new StreamIntake(session, connection);
        var isOpen = false;
        try
        {
            await intake._ends.Streams(streams, cancellation).ConfigureAwait(false);
            var again = new List<StreamSpan>();
            foreach (var stream in streams)
            {
                var span = pending.FirstOrDefault(one => one.Stream == stream);
                if (await intake.Add(stream, span, cancellation).ConfigureAwait(false) is { } made)
                    again.Add(made);
            }
            intake.Pending = again;
            isOpen = true;
            return intake;
        }
        finally
        {
            if (!isOpen)
                await intake.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends when something was delivered after the call, or the connection is over.</summary>
    internal Task Arrival() => _connection.Arrival();

    /// <summary>What is here, up to the bounds, one unit at least where there is any that may be told.</summary>
    internal async Task<IReadOnlyList<StreamSpan>> Take()
    {
        var (spans, left, bytes) = (new List<StreamSpan>(), MostUnits, MostBytes);
        foreach (var cursor in _cursors)
        {
            var units = new List<StreamUnit>();
            while (left > 0 && bytes > 0 && await cursor.Peek().ConfigureAwait(false) is { } unit)
            {
                // What was delivered before this moment is either not Godwit's own, or known to be.
                if (_session.ReceivedStreams.IsInDoubt)
                    break;
                cursor.Advance();
                if (_session.ReceivedStreams[cursor.Stream].Map.Covers(unit.Offset))
                    continue;
                units.Add(unit);
                (left, bytes) = (left - 1, bytes - unit.Body.Length);
            }
            if (units.Count > 0)
                spans.Add(new StreamSpan(cursor.Stream, cursor.Next, units));
        }
        Rotate();
        return spans;
    }

    /// <summary>Up to which offset each stream was handed out.</summary>
    internal IEnumerable<(string Stream, ulong Next)> Told => _cursors.Select(one => (one.Stream, one.Next));

    /// <summary>Where each stream ends at the moment.</summary>
    internal async Task<IReadOnlyList<(string Stream, ulong End)>> Ends(CancellationToken cancellation)
    {
        var ends = new List<(string, ulong)>();
        foreach (var cursor in _cursors)
            ends.Add((cursor.Stream, await End(cursor.Stream, cursor.Next, cancellation).ConfigureAwait(false)));
        return ends;
    }

    /// <summary>Whether everything was handed out that may be told.</summary>
    internal async Task<bool> IsDry(CancellationToken cancellation)
    {
        if (_session.ReceivedStreams.IsInDoubt)
            return true;
        foreach (var cursor in _cursors)
        {
            if (await End(cursor.Stream, cursor.Next, cancellation).ConfigureAwait(false) > cursor.Next)
                return false;
        }
        return true;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>So that a busy stream does not keep the others waiting.</summary>
    private void Rotate()
    {
        if (_cursors.Count < 2)
            return;
        _cursors.Add(_cursors[0]);
        _cursors.RemoveAt(0);
    }

    private async Task<StreamSpan?> Add(string stream, PendingSpan? pending, CancellationToken cancellation)
    {
        StreamCursor? cursor = null;
        cursor = new StreamCursor(
            _connection, stream,
            async at => cursor!.Pass(await Judge(stream, cursor.Next, at, isLive: true, cancellation)
                .ConfigureAwait(false)));
        var next = await Start(stream, pending, cancellation).ConfigureAwait(false);
        await cursor.Seek(next, cancellation).ConfigureAwait(false);
        _cursors.Add(cursor);
        return pending is null ? null : await ReadAgain(cursor, pending, cancellation).ConfigureAwait(false);
    }

    private async Task<ulong> Start(string stream, PendingSpan? pending, CancellationToken cancellation)
    {
        var first = await _ends.First(stream, cancellation).ConfigureAwait(false);
        var next = pending?.Units[0].Offset ?? _session.SentStreams.Next(stream);
        if (next is not { } known)
            return AfterOwn(stream, first ?? 0);
        await End(stream, known, cancellation).ConfigureAwait(false);
        if (first is not { } there || there <= known)
            return known;
        return pending is null
            ? await Judge(stream, known, there, isLive: false, cancellation).ConfigureAwait(false)
            : throw new GodwitException(StreamProblems.Cut(_session.Shown, stream, known, there));
    }

    /// <param name="known">Where the stream has been already.</param>
    private async Task<ulong> End(string stream, ulong known, CancellationToken cancellation)
    {
        var end = await _ends.End(stream, cancellation).ConfigureAwait(false);
        return end > 0 && end < known
            ? throw new GodwitException(StreamProblems.Replaced(_session.Shown, stream, end, known))
            : end;
    }

    /// <summary>The first offset that is not known to be of Godwit's own writing.</summary>
    private ulong AfterOwn(string stream, ulong offset)
    {
        var map = _session.ReceivedStreams[stream].Map;
        while (map.Next(offset) is { } span && span.Here <= offset)
            offset = span.EndHere;
        return offset;
    }

    /// <summary>Offsets are missing: what a broker gives to notes of its own is nothing, what retention removed while
    /// everything is to be copied is an alarm. What it removed while the side had the traffic was its
    /// consumers'.</summary>
    /// <param name="isLive">Whether everything before was just delivered: then one offset is the note with which a
    /// broker begins a file.</param>
    /// <returns>Where to go on.</returns>
    private async Task<ulong> Judge(
        string stream, ulong next, ulong there, bool isLive, CancellationToken cancellation)
    {
        var first = await _ends.First(stream, cancellation).ConfigureAwait(false) ?? there;
        if (first > next && _session.Flow.Drains && !(isLive && there - next == 1))
            throw new GodwitException(StreamProblems.Cut(_session.Shown, stream, next, first));
        return there;
    }

    private async Task<StreamSpan> ReadAgain(
        StreamCursor cursor, PendingSpan pending, CancellationToken cancellation)
    {
        var units = new List<StreamUnit>();
        foreach (var mark in pending.Units)
        {
            cursor.Pass(mark.Offset);
            var unit = await cursor.PeekBefore(mark.Offset + 1, cancellation).ConfigureAwait(false)
                ?? throw new GodwitException(
                    StreamProblems.Cut(_session.Shown, cursor.Stream, mark.Offset, cursor.Next));
            if (UnitMark.Of(unit) != mark)
                throw new GodwitException(StreamProblems.Replaced(
                    _session.Shown, cursor.Stream, unit.Offset, mark.Offset + mark.Records));
            cursor.Advance();
            units.Add(unit);
        }
        cursor.Pass(pending.End);
        return new StreamSpan(cursor.Stream, pending.End, units);
    }
}
