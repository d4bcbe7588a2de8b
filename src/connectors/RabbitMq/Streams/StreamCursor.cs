using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Reads one stream from an offset on, unit by unit.</summary>
/// <param name="missed">Is told where the stream goes on when that is behind the next offset.</param>
internal sealed class StreamCursor(StreamConnection connection, string stream, Func<ulong, Task>? missed = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Queue<StreamUnit> _here = new();
    private StreamSubscription? _subscription;
    private ulong _sought;

    internal string Stream => stream;

    /// <summary>Everything before this offset was taken, or is not there.</summary>
    internal ulong Next { get; private set; }

    /// <summary>Whether something arrived that was not taken.</summary>
    internal bool HasSome => _here.Count > 0 || _subscription is { HasChunk: true };

    internal async Task Seek(ulong offset, CancellationToken cancellation)
    {
        await Close(cancellation).ConfigureAwait(false);
        Next = _sought = offset;
        _subscription = await StreamSubscription.From(connection, stream, offset, cancellation).ConfigureAwait(false);
    }

    /// <summary>The next unit where it is here, without taking it.</summary>
    /// <exception cref="IOException">The connection is over.</exception>
    /// <exception cref="GodwitException">The stream was made anew: it delivers what lies before the offset that was
    /// asked for.</exception>
    internal async ValueTask<StreamUnit?> Peek()
    {
        while (_here.Count == 0)
        {
            if (await _subscription!.TryTake().ConfigureAwait(false) is not { } chunk)
                return null;
            if (chunk.End <= _sought)
                throw new GodwitException(
                    StreamProblems.Replaced(connection.Shown, stream, chunk.End, _sought));
            if (chunk.First > Next && missed is not null)
                await missed(chunk.First).ConfigureAwait(false);
            foreach (var unit in chunk.Units.Where(one => one.Offset >= Next))
                _here.Enqueue(unit);
            if (_here.Count == 0)
                Next = Math.Max(Next, chunk.End);
        }
        return _here.Peek();
    }

    /// <summary>Takes the unit that was last peeked at.</summary>
    internal void Advance() => Next = _here.Dequeue().End;

    /// <summary>Everything before an offset is known to be nothing for us.</summary>
    internal void Pass(ulong offset)
    {
        while (_here.TryPeek(out var unit) && unit.Offset < offset)
            _here.Dequeue();
        Next = Math.Max(Next, offset);
    }

    /// <summary>The next unit, waited for; null when there is none before an offset.</summary>
    /// <param name="end">Up to which the stream is known to be written.</param>
    internal async ValueTask<StreamUnit?> PeekBefore(ulong end, CancellationToken cancellation)
    {
        while (true)
        {
            var arrival = connection.Arrival();
            if (await Peek().ConfigureAwait(false) is { } unit)
                return unit.Offset < end ? unit : null;
            if (Next >= end)
                return null;
            await arrival.WaitAsync(Patience, connection.Clock, cancellation).ConfigureAwait(false);
        }
    }

    internal async Task Close(CancellationToken cancellation)
    {
        _here.Clear();
        if (_subscription is { } open)
            await open.Close(cancellation).ConfigureAwait(false);
        _subscription = null;
    }
}
