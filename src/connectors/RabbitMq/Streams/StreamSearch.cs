using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Finds in a stream what was published to it, also where others write between.</summary>
internal sealed class StreamSearch(StreamConnection connection)
{
    /// <summary>Reads from behind what was found before until all units of a span are found, in order.</summary>
    /// <returns>What is known of the stream then.</returns>
    /// <exception cref="GodwitException">The broker confirmed what it does not have.</exception>
    internal async Task<ReceivedStream> Find(
        StreamSpan span, ReceivedStream state, CancellationToken cancellation)
    {
        var (ends, cursor) = (new StreamEnds(connection), new StreamCursor(connection, span.Stream));
        var end = await ends.End(span.Stream, cancellation).ConfigureAwait(false);
        if (end < state.Searched)
            throw new GodwitException(StreamProblems.Replaced(connection.Shown, span.Stream, end, state.Searched));
        await cursor.Seek(state.Searched, cancellation).ConfigureAwait(false);
        var (read, places) = (new List<UnitMark>(), new List<ulong>());
        while (places.Count < span.Units.Count
            && await cursor.PeekBefore(end, cancellation).ConfigureAwait(false) is { } unit)
        {
            cursor.Advance();
            read.Add(UnitMark.Of(unit));
            if (unit.Hash == span.Units[places.Count].Hash)
                places.Add(unit.Offset);
        }
        await cursor.Close(cancellation).ConfigureAwait(false);
        if (places.Count == span.Units.Count)
            return With(state, span.Units, [.. places.Select(one => (ulong?)one)]);
        var first = await ends.First(span.Stream, cancellation).ConfigureAwait(false);
        return first > state.Searched
            ? With(state, span.Units, FromTheEnd(span.Units, read))
            : throw new GodwitException(StreamProblems.Gone(
                connection.Shown, span.Stream, state.Searched, span.Units.Count - places.Count));
    }

    /// <summary>Retention has cut the beginning off already: what is left is the end of what was published. What is
    /// gone has no place.</summary>
    internal static ulong?[] FromTheEnd(IReadOnlyList<StreamUnit> units, IReadOnlyList<UnitMark> read)
    {
        var places = new ulong?[units.Count];
        var at = read.Count - 1;
        for (var unit = units.Count - 1; unit >= 0; unit--)
        {
            while (at >= 0 && read[at].Hash != units[unit].Hash)
                at--;
            if (at < 0)
                break;
            places[unit] = read[at--].Offset;
        }
        return places;
    }

    private static ReceivedStream With(ReceivedStream state, IReadOnlyList<StreamUnit> units, ulong?[] places)
    {
        var pairs = units.Zip(places).ToList();
        List<OffsetSpan> found =
        [
            .. pairs.Where(one => one.Second is not null)
                .Select(one => new OffsetSpan(one.First.Offset, one.Second!.Value, one.First.Records)),
        ];
        return state with
        {
            Searched = found.Count > 0 ? found[^1].EndHere : state.Searched,
            Map = state.Map.Add(found),
            Blocks = state.Blocks.Add(pairs.Select(one =>
                new UnitMark(one.Second ?? state.Searched, one.First.Records, one.First.Hash))),
        };
    }
}
