using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Publishes to streams, each message under a number by which the broker knows what it has already.</summary>
internal sealed class StreamPublisher(StreamConnection connection)
{
    /// <summary>One at a time.</summary>
    private const byte Id = 0;
    private const int UsualFrame = 1 << 18;
    private const int CountAt = 4 + 2 + 2 + 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Publishes what the stream does not have of these; returns when the broker has confirmed all.</summary>
    /// <param name="reference">Under this name the broker remembers the highest number that it has. A unit's number is
    /// the offset after it at the other side, which only grows.</param>
    /// <param name="units">In order.</param>
    /// <returns>How many were not there before.</returns>
    internal async Task<int> Publish(
        string stream, string reference, IReadOnlyList<StreamUnit> units, CancellationToken cancellation)
    {
        await connection.Ask(
            StreamCommand.DeclarePublisher, frame => frame.Byte(Id).Text(reference).Text(stream), stream, cancellation)
            .ConfigureAwait(false);
        var answer = await connection.Ask(
            StreamCommand.QueryPublisherSequence, frame => frame.Text(reference).Text(stream), stream, cancellation)
            .ConfigureAwait(false);
        var there = answer.UInt64();
        List<StreamUnit> missing = [.. units.Where(one => one.End > there)];
        var confirms = new StreamConfirms(connection.Clock);
        connection.Confirming(confirms);
        try
        {
            await Send(missing, confirms).ConfigureAwait(false);
            await confirms.Settled(Patience).ConfigureAwait(false);
        }
        catch (StreamClosedException closed) when (closed.Code == StreamCode.FrameTooLarge)
        {
            var largest = missing.MaxBy(one => one.Body.Length)!;
            throw new GodwitException(
                StreamProblems.TooLarge(connection.Shown, stream, largest.Offset, largest.Body.Length), closed);
        }
        finally
        {
            connection.Confirming(null);
        }
        if (confirms.Refusal != StreamCode.Ok)
            throw new GodwitException(StreamProblems.Of(connection.Shown, stream, confirms.Refusal));
        await connection.Ask(StreamCommand.DeletePublisher, frame => frame.Byte(Id), stream, cancellation)
            .ConfigureAwait(false);
        return missing.Count;
    }

    /// <summary>One frame with some of the units: as many as fit, one at least.</summary>
    /// <param name="at">The first one; afterwards the first that is not in it.</param>
    internal static Frame Of(IReadOnlyList<StreamUnit> units, ref int at, int largest)
    {
        var frame = new Frame(StreamCommand.Publish).Byte(Id).UInt32(0);
        var first = at;
        while (at < units.Count && (at == first || frame.Length + units[at].Body.Length + 32 < largest))
        {
            var unit = units[at++];
            frame.UInt64(unit.End);
            if (unit.Form != 0)
                frame.Byte(unit.Form).UInt16((ushort)unit.Records).UInt32(unit.Unpacked);
            frame.Bytes(unit.Body.Span);
        }
        frame.Patch(CountAt, (uint)(at - first));
        return frame;
    }

    private async Task Send(List<StreamUnit> units, StreamConfirms confirms)
    {
        foreach (var unit in units)
            confirms.Expect(unit.End);
        var largest = connection.LargestFrame == 0 ? UsualFrame : (int)Math.Min(UsualFrame, connection.LargestFrame);
        for (var at = 0; at < units.Count;)
            await connection.Send(Of(units, ref at, largest)).ConfigureAwait(false);
    }
}
