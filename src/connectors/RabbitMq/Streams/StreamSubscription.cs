using System.Threading.Channels;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>The chunks of one stream from an offset on, as a connection delivers them.</summary>
/// <remarks>Bounded: as many chunks are on their way as there were credits, and each that is taken gives one
/// back.</remarks>
internal sealed class StreamSubscription(StreamConnection connection, byte id, string stream)
{
    private const ushort AtOnce = 2;
    private const ushort AtFirst = 1;
    private const ushort AtLast = 2;
    private const ushort AtOffset = 4;

    private readonly Channel<StreamChunk> _arrived = Channel.CreateUnbounded<StreamChunk>();

    internal string Stream => stream;

    /// <summary>Subscribes from an offset on; the first chunk may begin before it.</summary>
    internal static Task<StreamSubscription> From(
        StreamConnection connection, string stream, ulong offset, CancellationToken cancellation) =>
        Open(connection, stream, frame => frame.UInt16(AtOffset).UInt64(offset), AtOnce, cancellation);

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
        await connection.Send(new Frame(StreamCommand.Credit).Byte(id).UInt16(1)).ConfigureAwait(false);
        return chunk;
    }

    internal async Task Close(CancellationToken cancellation)
    {
        await connection.Ask(StreamCommand.Unsubscribe, frame => frame.Byte(id), stream, cancellation)
            .ConfigureAwait(false);
        connection.Remove(id);
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
