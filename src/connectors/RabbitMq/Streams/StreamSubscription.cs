using System.Threading.Channels;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>The chunks of one stream from an offset on, as a connection delivers them.</summary>
/// <remarks>Bounded: as many chunks are on their way as there were credits. There are few of them while chunks are
/// large, and many where each message is a chunk of its own.</remarks>
internal sealed class StreamSubscription(StreamConnection connection, byte id, string stream)
{
    private const ushort Least = 2;
    private const int Most = 500;
    private const long BytesOnTheirWay = 4L << 20;
    private const ushort AtFirst = 1;
    private const ushort AtLast = 2;
    private const ushort AtOffset = 4;

    private readonly Channel<StreamChunk> _arrived = Channel.CreateUnbounded<StreamChunk>();
    private int _credits = Least;

    internal string Stream => stream;

    /// <summary>Subscribes from an offset on; the first chunk may begin before it.</summary>
    internal static Task<StreamSubscription> From(
        StreamConnection connection, string stream, ulong offset, CancellationToken cancellation) =>
        Open(connection, stream, frame => frame.UInt16(AtOffset).UInt64(offset), Least, cancellation);

    /// <summary>The first or the last chunk that the stream has; null when it has none.</summary>
    internal static async Task<StreamChunk?> Glance(
        StreamConnection connection, string stream, bool atEnd, CancellationToken cancellation)
    {
        var subscription = await Open(
            connection, stream, frame => frame.UInt16(atEnd ? AtLast : AtFirst), 1, cancellation)
            .ConfigureAwait(false);

        // What is there is sent before the answer to the next question.
        await subscription.Close(cancellation).ConfigureAwait(false);
        return subscription._arrived.Reader.TryRead(out var chunk) ? chunk : null;
    }

    internal void Deliver(StreamChunk chunk) => _arrived.Writer.TryWrite(chunk);

    internal void Fail(Exception why) => _arrived.Writer.TryComplete(why);

    internal bool HasChunk => _arrived.Reader.TryPeek(out _);

    /// <summary>The next chunk, where it is here.</summary>
    /// <exception cref="IOException">The connection is over.</exception>
    internal async ValueTask<StreamChunk?> TryTake()
    {
        if (!_arrived.Reader.TryRead(out var chunk))
        {
            if (_arrived.Reader.Completion.IsCompleted)
                await _arrived.Reader.Completion.ConfigureAwait(false);
            return null;
        }
        await Credit(chunk).ConfigureAwait(false);
        return chunk;
    }

    internal async Task Close(CancellationToken cancellation)
    {
        await connection.Ask(StreamCommand.Unsubscribe, frame => frame.Byte(id), stream, cancellation)
            .ConfigureAwait(false);
        connection.Remove(id);
    }

    /// <summary>Gives new credits when half of them are used up, by the size of the chunk that was taken.</summary>
    private async Task Credit(StreamChunk taken)
    {
        var wanted = (int)Math.Clamp(BytesOnTheirWay / Math.Max(1, taken.Bytes), Least, Most);
        if (--_credits * 2 > wanted)
            return;
        await connection.Send(
            new Frame(StreamCommand.Credit).Byte(id).UInt16((ushort)(wanted - _credits))).ConfigureAwait(false);
        _credits = wanted;
    }

    private static async Task<StreamSubscription> Open(
        StreamConnection connection, string stream, Action<Frame> from, ushort credits,
        CancellationToken cancellation)
    {
        var subscription = connection.Add(id => new StreamSubscription(connection, id, stream));
        await connection.Ask(
            StreamCommand.Subscribe,
            frame =>
            {
                subscription.Name(frame);
                from(frame);
                frame.UInt16(credits).UInt32(0);
            },
            stream, cancellation).ConfigureAwait(false);
        return subscription;
    }

    private void Name(Frame frame) => frame.Byte(id).Text(stream);
}
