using System.Buffers.Binary;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>Reads the entries of a listpack one after the other.</summary>
/// <remarks>Total bytes (32 bits) and count (16 bits, all ones for unknown), little endian; entries, each followed by
/// its own length, written backwards; 0xff.</remarks>
internal ref struct Listpack
{
    private const int HeaderSize = 6;
    private const int CountUnknown = 0xffff;
    private const byte EndMark = 0xff;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _count;
    private int _at = HeaderSize;
    private int _read;

    internal Listpack(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != bytes.Length)
            throw new RdbException("A listpack is not as long as it says", 0);
        if (bytes[^1] != EndMark)
            throw new RdbException("A listpack has no end", bytes.Length);
        _bytes = bytes[..^1];
        _count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
    }

    internal static void AppendAll(ReadOnlySpan<byte> bytes, ByteStrings to)
    {
        var pack = new Listpack(bytes);
        while (!pack.IsAtEnd)
            pack.Read().AppendTo(to);
        pack.CheckCount();
    }

    internal readonly bool IsAtEnd => _at == _bytes.Length;

    /// <summary>No more entries than this can follow.</summary>
    internal readonly int Left => _bytes.Length - _at;

    internal PackEntry Read()
    {
        var start = _at;
        var entry = ReadEntry();
        _at += BackLength(_at - start);
        if (_at > _bytes.Length)
            throw Damaged(start);
        _read++;
        return entry;
    }

    internal long ReadNumber()
    {
        var entry = Read();
        return entry.IsNumber ? entry.Number : throw Damaged(_at);
    }

    internal readonly void CheckCount()
    {
        if (_count != CountUnknown && _count != _read)
            throw new RdbException($"A listpack says it has {_count} entries and has {_read}", _at);
    }

    private PackEntry ReadEntry()
    {
        var first = Take(1)[0];
        if (first < 0x80)
            return new PackEntry(first);
        if (first < 0xc0)
            return new PackEntry(Take(first & 0x3f));
        if (first < 0xe0)
            return new PackEntry((((first & 0x1f) << 8 | Take(1)[0]) << 19) >> 19);
        if (first < 0xf0)
            return new PackEntry(Take((first & 0x0f) << 8 | Take(1)[0]));
        return first switch
        {
            0xf0 => new PackEntry(Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))),
            0xf1 => new PackEntry(BinaryPrimitives.ReadInt16LittleEndian(Take(2))),
            0xf2 => new PackEntry(Packed.Int24(Take(3))),
            0xf3 => new PackEntry(BinaryPrimitives.ReadInt32LittleEndian(Take(4))),
            0xf4 => new PackEntry(BinaryPrimitives.ReadInt64LittleEndian(Take(8))),
            _ => throw Damaged(_at),
        };
    }

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count > _bytes.Length - _at)
            throw Damaged(_at);
        _at += (int)count;
        return _bytes.Slice(_at - (int)count, (int)count);
    }

    /// <summary>How many bytes the length of an entry takes behind it.</summary>
    private static int BackLength(int length) => length switch
    {
        <= 127 => 1,
        < 16383 => 2,
        < 2097151 => 3,
        < 268435455 => 4,
        _ => 5,
    };

    private static RdbException Damaged(int at) => new("A listpack is damaged", at);
}
