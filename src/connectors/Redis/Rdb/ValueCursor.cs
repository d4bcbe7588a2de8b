using System.Buffers.Binary;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>Reads the parts of one whole value; too few bytes for a part are an <see cref="RdbException"/>.</summary>
/// <param name="bytes">The value.</param>
/// <param name="mostPlain">Bytes that one string may have when decoded; more are a
/// <see cref="ValueTooLongException"/>.</param>
internal ref struct ValueCursor(ReadOnlySpan<byte> bytes, int mostPlain = int.MaxValue)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly int _mostPlain = mostPlain;
    private int _at;

    internal readonly int Position => _at;

    internal ulong ReadLength() =>
        RdbLength.TryRead(_bytes, ref _at, 0, out var length) ? length : throw RdbException.Ended(_bytes.Length);

    /// <summary>How many things follow, each of which takes at least <paramref name="leastBytes"/>.</summary>
    internal int ReadCount(int leastBytes)
    {
        var count = ReadLength();
        return count <= (ulong)((_bytes.Length - _at) / leastBytes)
            ? (int)count
            : throw new RdbException($"{count} elements cannot be in so few bytes", _at);
    }

    /// <summary>Appends the next string, decoded.</summary>
    internal void ReadString(ByteStrings to)
    {
        var found = FindString();
        to.End(found.Decode(_bytes, 0, to.Room(found.PlainLength)));
    }

    /// <summary>The next string, decoded: a part of the value where it stands there plainly.</summary>
    internal ReadOnlySpan<byte> ReadString()
    {
        var found = FindString();
        return found.Form == RdbString.Plain ? _bytes.Slice(found.Start, found.Length) : found.ToArray(_bytes, 0);
    }

    internal ReadOnlySpan<byte> ReadBytes(int count)
    {
        if (_bytes.Length - _at < count)
            throw RdbException.Ended(_bytes.Length);
        _at += count;
        return _bytes.Slice(_at - count, count);
    }

    internal byte ReadByte() => ReadBytes(1)[0];

    internal long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(ReadBytes(8));

    internal double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(ReadBytes(8));

    internal StreamId ReadStreamId() => StreamId.Read(ReadBytes(StreamId.Size));

    internal readonly void End()
    {
        if (_at != _bytes.Length)
            throw new RdbException($"{_bytes.Length - _at} bytes follow the end of the value", _at);
    }

    private RdbString FindString()
    {
        if (!RdbString.TryRead(_bytes, ref _at, 0, Array.MaxLength, out var found))
            throw RdbException.Ended(_bytes.Length);
        return found.PlainLength <= _mostPlain
            ? found
            : throw new ValueTooLongException(found.PlainLength, _mostPlain);
    }
}
