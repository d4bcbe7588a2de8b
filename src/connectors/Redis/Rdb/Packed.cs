using System.Buffers.Binary;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>The encodings that keep a whole small value in one string: ziplist, intset and zipmap.</summary>
internal static class Packed
{
    private const byte EndMark = 0xff;
    private const byte Wide = 0xfe;

    internal static int Int24(ReadOnlySpan<byte> bytes) =>
        (bytes[0] << 8 | bytes[1] << 16 | bytes[2] << 24) >> 8;

    /// <summary>Total bytes, offset of the last entry (32 bits each), count (16 bits); entries, each behind the
    /// length of the one before it (1 byte, or 0xfe and 32 bits); 0xff.</summary>
    internal static void AppendZiplist(ReadOnlySpan<byte> bytes, ByteStrings to)
    {
        const int headerSize = 10;
        const int countUnknown = 0xffff;
        if (bytes.Length <= headerSize || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != bytes.Length
            || bytes[^1] != EndMark)
            throw new RdbException("A ziplist is not as long as it says", 0);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        var cursor = new ValueCursor(bytes[headerSize..^1]);
        var read = 0;
        for (; cursor.Position < bytes.Length - headerSize - 1; read++)
        {
            if (cursor.ReadByte() == Wide)
                cursor.ReadBytes(4);
            ZiplistEntry(ref cursor).AppendTo(to);
        }
        if (count != countUnknown && count != read)
            throw new RdbException($"A ziplist says it has {count} entries and has {read}", bytes.Length);
    }

    private static PackEntry ZiplistEntry(ref ValueCursor cursor)
    {
        var first = cursor.ReadByte();
        if (first < 0x40)
            return new PackEntry(cursor.ReadBytes(first));
        if (first < 0x80)
            return new PackEntry(cursor.ReadBytes((first & 0x3f) << 8 | cursor.ReadByte()));
        switch (first)
        {
            case 0x80:
                var length = BinaryPrimitives.ReadUInt32BigEndian(cursor.ReadBytes(4));
                return length <= int.MaxValue
                    ? new PackEntry(cursor.ReadBytes((int)length))
                    : throw new RdbException("A ziplist is damaged", cursor.Position);
            case 0xc0:
                return new PackEntry(BinaryPrimitives.ReadInt16LittleEndian(cursor.ReadBytes(2)));
            case 0xd0:
                return new PackEntry(BinaryPrimitives.ReadInt32LittleEndian(cursor.ReadBytes(4)));
            case 0xe0:
                return new PackEntry(cursor.ReadInt64());
            case 0xf0:
                return new PackEntry(Int24(cursor.ReadBytes(3)));
            case 0xfe:
                return new PackEntry((sbyte)cursor.ReadByte());
            case >= 0xf1 and <= 0xfd:
                return new PackEntry(first - 0xf1);
            default:
                throw new RdbException("A ziplist is damaged", cursor.Position);
        }
    }

    /// <summary>Width of a number in bytes and count, 32 bits each; the numbers, sorted, little endian.</summary>
    internal static void AppendIntset(ReadOnlySpan<byte> bytes, ByteStrings to)
    {
        const int headerSize = 8;
        if (bytes.Length < headerSize)
            throw RdbException.Ended(bytes.Length);
        var width = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (width is not (2 or 4 or 8) || (long)width * count != bytes.Length - headerSize)
            throw new RdbException("An intset is not as long as it says", 0);
        for (var rest = bytes[headerSize..]; rest.Length > 0; rest = rest[(int)width..])
        {
            to.Add(width switch
            {
                2 => BinaryPrimitives.ReadInt16LittleEndian(rest),
                4 => BinaryPrimitives.ReadInt32LittleEndian(rest),
                _ => BinaryPrimitives.ReadInt64LittleEndian(rest),
            });
        }
    }

    /// <summary>Count (1 byte, says nothing from 254 on); pairs of a field and a value with free bytes behind it;
    /// 0xff.</summary>
    internal static void AppendZipmap(ReadOnlySpan<byte> bytes, ByteStrings to)
    {
        var cursor = new ValueCursor(bytes);
        cursor.ReadByte();
        while (true)
        {
            var first = cursor.ReadByte();
            if (first == EndMark)
                break;
            to.Add(cursor.ReadBytes(ZipmapLength(ref cursor, first)));
            var length = ZipmapLength(ref cursor, cursor.ReadByte());
            var free = cursor.ReadByte();
            to.Add(cursor.ReadBytes(length));
            cursor.ReadBytes(free);
        }
        cursor.End();
    }

    private static int ZipmapLength(ref ValueCursor cursor, byte first)
    {
        if (first < Wide)
            return first;
        var length = first == Wide ? BinaryPrimitives.ReadUInt32LittleEndian(cursor.ReadBytes(4)) : uint.MaxValue;
        return length <= int.MaxValue
            ? (int)length
            : throw new RdbException("A zipmap is damaged", cursor.Position);
    }
}
