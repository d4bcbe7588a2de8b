using System.Collections.Immutable;
using Godwit.Connectors.RabbitMq.Moving;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Reads blocks of one stream where they lie.</summary>
/// <param name="map">Tells what Godwit wrote there from what others did.</param>
internal sealed class BlockReader(StreamConnection connection, string stream, OffsetMap map)
{
    /// <summary>What lies further ahead is sought and not read up to.</summary>
    private const ulong Far = 100_000;

    private readonly StreamEnds _ends = new(connection);

    /// <summary>Reads what of the blocks was not read.</summary>
    /// <param name="isOwn">Whether the blocks are what Godwit wrote, or what others did.</param>
    internal async Task<SeenBlocks> Read(
        SeenBlocks seen, ImmutableList<StreamBlock> blocks, bool isOwn, CancellationToken cancellation)
    {
        var (all, cursor, isSought) = (seen.All.ToBuilder(), new StreamCursor(connection, stream), false);
        var end = await _ends.End(stream, cancellation).ConfigureAwait(false);
        for (var at = Math.Max(0, all.Count - 1); at < blocks.Count; at++)
        {
            var (block, before) = (blocks[at], at < all.Count ? all[at] : (blocks[at].First, QueueTally.None));
            if (before.Item1 >= block.End)
                continue;
            if (!isSought)
                await cursor.Seek(before.Item1, cancellation).ConfigureAwait(false);
            isSought = true;
            var tally = await Read(cursor, before, Math.Min(end, block.End), isOwn, cancellation)
                .ConfigureAwait(false);
            if (!IsSame(tally, block.Tally)
                && await IsCut(before.Item1, cancellation).ConfigureAwait(false))
                tally = block.Tally;
            if (at < all.Count)
                all[at] = (block.End, tally);
            else
                all.Add((block.End, tally));
        }
        return new SeenBlocks(all.ToImmutable());
    }

    private async Task<QueueTally> Read(
        StreamCursor cursor, (ulong Next, QueueTally Tally) from, ulong end, bool isOwn, CancellationToken cancellation)
    {
        var tally = from.Tally;
        while (await cursor.PeekBefore(end, cancellation).ConfigureAwait(false) is { } unit)
        {
            var span = map.Next(unit.Offset);
            if ((span?.Here <= unit.Offset) == isOwn && unit.Offset >= from.Next)
                tally = tally.Add(unit.HashAnew());
            cursor.Advance();
            if (isOwn && span?.Here > unit.Offset + Far)
                await cursor.Seek(span.Value.Here, cancellation).ConfigureAwait(false);
        }
        return tally;
    }

    /// <summary>Whether retention has removed something at or after an offset. A stream with nothing in it is none that
    /// was cut: everything goes at once only where a limit is below one of the broker's files.</summary>
    private async Task<bool> IsCut(ulong offset, CancellationToken cancellation) =>
        await _ends.First(stream, cancellation).ConfigureAwait(false) > offset;

    private static bool IsSame(QueueTally one, QueueTally other) =>
        one.Count == other.Count && one.Chain.AsSpan().SequenceEqual(other.Chain);
}
