namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>What a broker keeps of a stream as one piece and delivers as one: entries with offsets that follow each
/// other.</summary>
/// <param name="First">The offset of its first message.</param>
/// <param name="End">The offset after its last message.</param>
/// <param name="Units">Its entries, in order.</param>
internal sealed record StreamChunk(ulong First, ulong End, IReadOnlyList<StreamUnit> Units)
{
    /// <summary>About how much memory it takes.</summary>
    internal long Bytes => Units.Sum(one => 64L + one.Body.Length);

    private const byte MagicAndVersion = 0x50;
    private const uint Several = 0x80;

    /// <summary>Reads a chunk as it is delivered: a header of 48 bytes, then its entries.</summary>
    /// <exception cref="InvalidDataException">It is none, or its checksum is wrong.</exception>
    internal static StreamChunk Read(FrameReader from)
    {
        Require(from.Byte() == MagicAndVersion, "It is of an unknown version");
        var type = from.Byte();
        var (entries, records) = (from.UInt16(), from.UInt32());
        from.Take(sizeof(long) + sizeof(ulong));
        var (first, crc, length) = (from.UInt64(), from.UInt32(), from.UInt32());
        from.Take(sizeof(uint) + sizeof(uint));
        Require(length <= int.MaxValue, "It is too long");
        var data = from.Take((int)length);
        Require(Crc32.Of(data.Span) == crc, "Its checksum is wrong");
        if (type != 0)
            return new StreamChunk(first, first + records, []);
        var units = Entries(new FrameReader(data), entries, first);
        Require((units.Count == 0 ? first : units[^1].End) == first + records, "Its entries are fewer than it says");
        return new StreamChunk(first, first + records, units);
    }

    private static List<StreamUnit> Entries(FrameReader data, int count, ulong offset)
    {
        var units = new List<StreamUnit>(count);
        for (var left = count; left > 0; left--)
        {
            var unit = Entry(data, offset);
            units.Add(unit);
            offset = unit.End;
        }
        return units;
    }

    /// <summary>One message begins with its length, whose highest bit is 0. Several begin with a byte whose highest bit
    /// is 1, then their number, their bytes uncompressed, and their length.</summary>
    private static StreamUnit Entry(FrameReader data, ulong offset)
    {
        var form = data.Rest.Length > 0 ? data.Rest.Span[0] : (byte)0;
        if ((form & Several) == 0)
            return new StreamUnit(offset, 1, 0, 0, data.Take((int)data.UInt32()));
        data.Byte();
        var (records, unpacked, length) = (data.UInt16(), data.UInt32(), data.UInt32());
        Require(records > 0 && length <= int.MaxValue, "An entry is malformed");
        return new StreamUnit(offset, records, form, unpacked, data.Take((int)length));
    }

    private static void Require(bool holds, string why)
    {
        if (!holds)
            throw new InvalidDataException(why);
    }
}
