using System.Buffers;
using System.Buffers.Binary;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>What a stream knows besides its entries.</summary>
/// <param name="Length">How many entries it has.</param>
/// <param name="LastId">The last id that was given out.</param>
/// <param name="FirstId">Of its first entry; 0-0 before version 10.</param>
/// <param name="MaxDeletedId">The highest that was deleted; 0-0 before version 10.</param>
/// <param name="EntriesAdded">Ever; as <paramref name="Length"/> before version 10.</param>
internal sealed record StreamState(
    ulong Length,
    StreamId LastId,
    StreamId FirstId,
    StreamId MaxDeletedId,
    ulong EntriesAdded,
    IReadOnlyList<StreamGroup> Groups)
{
    internal static StreamState Read(ref ValueCursor cursor, byte type)
    {
        var hasCounts = type != RdbType.Stream1;
        var length = cursor.ReadLength();
        var last = ReadId(ref cursor);
        var first = hasCounts ? ReadId(ref cursor) : default;
        var deleted = hasCounts ? ReadId(ref cursor) : default;
        var added = hasCounts ? cursor.ReadLength() : length;
        var groups = new List<StreamGroup>();
        for (var left = cursor.ReadCount(5); left > 0; left--)
            groups.Add(ReadGroup(ref cursor, type));
        return new StreamState(length, last, first, deleted, added, groups);
    }

    /// <summary>Writes it for a server that reads streams of the given type.</summary>
    internal void Write(IBufferWriter<byte> to, byte type)
    {
        var hasCounts = type != RdbType.Stream1;
        RdbWriter.WriteLength(to, Length);
        WriteId(to, LastId);
        if (hasCounts)
        {
            WriteId(to, FirstId);
            WriteId(to, MaxDeletedId);
            RdbWriter.WriteLength(to, EntriesAdded);
        }
        RdbWriter.WriteLength(to, (ulong)Groups.Count);
        foreach (var group in Groups)
            WriteGroup(to, group, type);
    }

    private static StreamId ReadId(ref ValueCursor cursor) => new(cursor.ReadLength(), cursor.ReadLength());

    private static void WriteId(IBufferWriter<byte> to, StreamId id)
    {
        RdbWriter.WriteLength(to, id.Ms);
        RdbWriter.WriteLength(to, id.Sequence);
    }

    private static StreamGroup ReadGroup(ref ValueCursor cursor, byte type)
    {
        const int leastPending = 25;
        var name = cursor.ReadString().ToArray();
        var last = ReadId(ref cursor);
        var read = type == RdbType.Stream1 ? StreamGroup.Unknown : cursor.ReadLength();
        var left = cursor.ReadCount(leastPending);
        var pending = new Dictionary<StreamId, StreamDelivery>(left);
        for (; left > 0; left--)
        {
            var id = cursor.ReadStreamId();
            pending[id] = new StreamDelivery(cursor.ReadInt64(), cursor.ReadLength());
        }
        var consumers = new List<StreamConsumer>();
        for (left = cursor.ReadCount(10); left > 0; left--)
            consumers.Add(ReadConsumer(ref cursor, type));
        return new StreamGroup(name, last, read, pending, consumers);
    }

    private static void WriteGroup(IBufferWriter<byte> to, StreamGroup group, byte type)
    {
        RdbWriter.WriteString(to, group.Name);
        WriteId(to, group.LastId);
        if (type != RdbType.Stream1)
            RdbWriter.WriteLength(to, group.EntriesRead);
        RdbWriter.WriteLength(to, (ulong)group.Pending.Count);
        foreach (var (id, delivery) in group.Pending)
        {
            WriteBigEndian(to, id);
            RdbWriter.WriteInt64(to, delivery.AtMs);
            RdbWriter.WriteLength(to, delivery.Count);
        }
        RdbWriter.WriteLength(to, (ulong)group.Consumers.Count);
        foreach (var consumer in group.Consumers)
            WriteConsumer(to, consumer, type);
    }

    private static StreamConsumer ReadConsumer(ref ValueCursor cursor, byte type)
    {
        var name = cursor.ReadString().ToArray();
        var seen = cursor.ReadInt64();
        var active = type == RdbType.Stream3 ? cursor.ReadInt64() : seen;
        var pending = new StreamId[cursor.ReadCount(StreamId.Size)];
        for (var at = 0; at < pending.Length; at++)
            pending[at] = cursor.ReadStreamId();
        return new StreamConsumer(name, seen, active, pending);
    }

    private static void WriteConsumer(IBufferWriter<byte> to, StreamConsumer consumer, byte type)
    {
        RdbWriter.WriteString(to, consumer.Name);
        RdbWriter.WriteInt64(to, consumer.SeenMs);
        if (type == RdbType.Stream3)
            RdbWriter.WriteInt64(to, consumer.ActiveMs);
        RdbWriter.WriteLength(to, (ulong)consumer.Pending.Count);
        foreach (var id in consumer.Pending)
            WriteBigEndian(to, id);
    }

    private static void WriteBigEndian(IBufferWriter<byte> to, StreamId id)
    {
        var room = to.GetSpan(StreamId.Size);
        BinaryPrimitives.WriteUInt64BigEndian(room, id.Ms);
        BinaryPrimitives.WriteUInt64BigEndian(room[8..], id.Sequence);
        to.Advance(StreamId.Size);
    }
}
