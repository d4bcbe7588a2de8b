using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Godwit.Connectors.RabbitMq.Moving;
using Godwit.Connectors.RabbitMq.Streams;
using Godwit.Core.Digests;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Proves that what one side gave away is what the other side took in: count and chained hash of all messages,
/// in order, in both directions.</summary>
/// <remarks>Queues are never looked into: a message that is read and put back counts as delivered once more, and may be
/// thrown away for it. Streams are read again, at both sides.</remarks>
internal sealed class RabbitMqDigest(BrokerSession session) : IDigest, IDisposable
{
    private readonly StreamProof _streams = new(session);

    public async Task<RangeDigest> Digest(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        default(RangeDigest).Add(await Of(stream.Schema.Name, cancellation).ConfigureAwait(false));

    public async Task<KeyDigests> List(ScopedStream stream, KeyRange range, CancellationToken cancellation) => new(
        QueueRecords.Key(stream.Schema.Name), [await Of(stream.Schema.Name, cancellation).ConfigureAwait(false)]);

    public async Task<KeyDigests> ListKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var found = new RecordBatch(1);
        var digests = new List<ulong>();
        foreach (var queue in Known(stream, keys))
        {
            QueueRecords.AppendKey(found, queue);
            digests.Add(await Of(queue, cancellation).ConfigureAwait(false));
        }
        return new KeyDigests(found, digests);
    }

    public async IAsyncEnumerable<RecordBatch> Walk(
        ScopedStream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await _streams.ReadAnew(stream.Schema.Name, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        yield return QueueRecords.Key(stream.Schema.Name);
    }

    public Task<RecordBatch> Missing(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var missing = new RecordBatch(1);
        for (var at = 0; at < keys.Count; at++)
        {
            if (QueueRecords.NameAt(keys, at) != stream.Schema.Name)
                QueueRecords.AppendKey(missing, QueueRecords.NameAt(keys, at));
        }
        return Task.FromResult(missing);
    }

    public async Task<RecordBatch> Show(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var records = new RecordBatch(stream.Schema.Columns.Count);
        foreach (var queue in Known(stream, keys))
        {
            records.AppendText(Encoding.UTF8.GetBytes(queue));
            foreach (var tally in await Tallies(queue, cancellation).ConfigureAwait(false))
            {
                records.AppendInteger(tally.Count);
                records.AppendText(Encoding.UTF8.GetBytes(Convert.ToHexStringLower(tally.Chain)));
            }
            records.EndRecord();
        }
        return records;
    }

    public void Dispose() => _streams.Dispose();

    private static IEnumerable<string> Known(ScopedStream stream, RecordBatch keys) =>
        Enumerable.Range(0, keys.Count).Select(at => QueueRecords.NameAt(keys, at))
            .Where(one => one == stream.Schema.Name);

    private async Task<ulong> Of(string queue, CancellationToken cancellation)
    {
        var (bytes, at) = (new byte[2 * 40], 0);
        foreach (var tally in await Tallies(queue, cancellation).ConfigureAwait(false))
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), tally.Count);
            tally.Chain.CopyTo(bytes.AsSpan(at + 8));
            at += 40;
        }
        return XxHash64.Hash(bytes);
    }

    /// <summary>Both sides name the way from the source first.</summary>
    private async Task<QueueTally[]> Tallies(string queue, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var (sent, received) = await _streams.Tallies(queue, cancellation).ConfigureAwait(false)
            ?? (session.Sent.Tallies[queue], session.Received.Tallies[queue]);
        return session.Role == StoreRole.Source ? [sent, received] : [received, sent];
    }
}
