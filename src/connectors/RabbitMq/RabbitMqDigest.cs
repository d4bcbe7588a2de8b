using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Godwit.Connectors.RabbitMq.Moving;
using Godwit.Core.Digests;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Proves that what one side gave away is what the other side took in: count and chained hash of all messages,
/// in order, in both directions.</summary>
/// <remarks>Queues are never looked into: a message that is read and put back counts as delivered once more, and may be
/// thrown away for it.</remarks>
internal sealed class RabbitMqDigest(BrokerSession session) : IDigest
{
    public Task<RangeDigest> Digest(ScopedStream stream, KeyRange range, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(default(RangeDigest).Add(Of(stream.Schema.Name)));
    }

    public Task<KeyDigests> List(ScopedStream stream, KeyRange range, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(new KeyDigests(QueueRecords.Key(stream.Schema.Name), [Of(stream.Schema.Name)]));
    }

    public Task<KeyDigests> ListKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var found = new RecordBatch(1);
        var digests = new List<ulong>();
        foreach (var queue in Known(stream, keys))
        {
            QueueRecords.AppendKey(found, queue);
            digests.Add(Of(queue));
        }
        return Task.FromResult(new KeyDigests(found, digests));
    }

    public async IAsyncEnumerable<RecordBatch> Walk(
        ScopedStream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(false);
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

    public Task<RecordBatch> Show(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var records = new RecordBatch(stream.Schema.Columns.Count);
        foreach (var queue in Known(stream, keys))
        {
            records.AppendText(Encoding.UTF8.GetBytes(queue));
            foreach (var tally in Tallies(queue))
            {
                records.AppendInteger(tally.Count);
                records.AppendText(Encoding.UTF8.GetBytes(Convert.ToHexStringLower(tally.Chain)));
            }
            records.EndRecord();
        }
        return Task.FromResult(records);
    }

    private static IEnumerable<string> Known(ScopedStream stream, RecordBatch keys) =>
        Enumerable.Range(0, keys.Count).Select(at => QueueRecords.NameAt(keys, at))
            .Where(one => one == stream.Schema.Name);

    private ulong Of(string queue)
    {
        var bytes = new byte[2 * 40];
        var left = bytes.AsSpan();
        foreach (var tally in Tallies(queue))
        {
            BinaryPrimitives.WriteInt64LittleEndian(left, tally.Count);
            tally.Chain.CopyTo(left[8..]);
            left = left[40..];
        }
        return XxHash64.Hash(bytes);
    }

    /// <summary>Both sides name the way from the source first.</summary>
    private QueueTally[] Tallies(string queue)
    {
        var (sent, received) = (session.Sent.Tallies[queue], session.Received.Tallies[queue]);
        return session.Role == StoreRole.Source ? [sent, received] : [received, sent];
    }
}
