using System.Threading.Channels;
using RabbitMQ.Client;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>Reads a queue through and puts everything back: only after a broker has crashed in the middle of a batch,
/// and only where nobody consumes.</summary>
/// <remarks>Messages keep their places. They count as delivered once more. A quorum queue that is deeper than
/// <see cref="ushort.MaxValue"/> cannot be read through: it gives one reader no more at once, and where nothing is said
/// of that 2,000.</remarks>
internal sealed class QueueLook(BrokerSession session, BrokerLink link)
{
    /// <summary>The broker remembers all of them until they are put back.</summary>
    private const uint Deepest = 5_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    /// <param name="queue">Where to look.</param>
    /// <param name="published">What may be there, in order.</param>
    /// <param name="before">See <see cref="TailAlignment.Find"/>.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Ordinals of what is there; null where it cannot be known.</returns>
    internal async Task<IReadOnlyList<int>?> Find(
        string queue, IReadOnlyList<PublishedMessage> published, long? before, CancellationToken cancellation)
    {
        var channel = await link.Channel(null, cancellation).ConfigureAwait(false);
        await using var _ = channel.ConfigureAwait(false);

        // A quorum queue that has no leader yet says that it is empty: that is believed after a while only.
        var (_, said) = await new QueueGlances(channel, queue, session.Opening.Clock).Until(
            one => one.MessageCount >= Math.Max(1, before ?? 0), QueueGlances.Patience, cancellation)
            .ConfigureAwait(false);
        if (said.ConsumerCount > 0 || said.MessageCount > Deepest)
            return null;
        var alignment = new TailAlignment(published);
        if (!await Read(channel, queue, said.MessageCount, alignment, cancellation).ConfigureAwait(false))
            return null;
        await channel.CloseAsync(cancellation).ConfigureAwait(false);
        return alignment.Find(before);
    }

    /// <returns>False when not all came, or when somebody else consumes.</returns>
    private async Task<bool> Read(
        IChannel channel, string queue, uint count, TailAlignment alignment, CancellationToken cancellation)
    {
        var arrived = Channel.CreateBounded<Delivery>(1000);
        var reader = new QueueReader(
            channel, new SourceQueue(queue, null), arrived.Writer, why => arrived.Writer.TryComplete(why));
        var adding = Task.Run(
            async () =>
            {
                await foreach (var one in arrived.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
                    alignment.Add(one.Hash);
            },
            cancellation);
        try
        {
            var limit = count > ushort.MaxValue ? (ushort)0 : ushort.MaxValue;
            await channel.BasicQosAsync(0, limit, global: false, cancellation).ConfigureAwait(false);
            await channel.BasicConsumeAsync(
                queue, autoAck: false, consumerTag: "", noLocal: false, exclusive: false, arguments: null, reader,
                cancellation).ConfigureAwait(false);
            return await AllCame(channel, queue, reader, cancellation).ConfigureAwait(false);
        }
        finally
        {
            arrived.Writer.TryComplete();
            await adding.ConfigureAwait(false);
        }
    }

    /// <summary>A queue that has given everything to its only consumer has nothing for others: then it says so, which
    /// is asked twice, and everything is on its way.</summary>
    private async Task<bool> AllCame(
        IChannel channel, string queue, QueueReader reader, CancellationToken cancellation)
    {
        var (clock, seen, empty) = (session.Opening.Clock, -1L, 0);
        var last = clock.GetTimestamp();
        while (empty < 2)
        {
            var said = await channel.QueueDeclarePassiveAsync(queue, cancellation).ConfigureAwait(false);
            empty = said is { ConsumerCount: 1, MessageCount: 0 } ? empty + 1 : 0;
            if (said.ConsumerCount > 1 || clock.GetElapsedTime(last) > Patience)
                return false;
            if (reader.Received > seen)
                (seen, last) = (reader.Received, clock.GetTimestamp());
            if (empty == 0)
                await Task.Delay(Glance, clock, cancellation).ConfigureAwait(false);
        }
        await Echo.Hear(channel, session.Names.Writer, cancellation).ConfigureAwait(false);
        return true;
    }
}
