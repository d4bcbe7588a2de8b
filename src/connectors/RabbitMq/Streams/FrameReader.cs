using System.Buffers.Binary;
using System.Text;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Reads a frame's fields one after the other.</summary>
/// <param name="frame">Without its size. What is taken out of it stays valid.</param>
internal sealed class FrameReader(ReadOnlyMemory<byte> frame)
{
    private int _at;

    internal ReadOnlyMemory<byte> Rest => frame[_at..];

    internal byte Byte() => Take(1).Span[0];

    internal ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2).Span);

    internal uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4).Span);

    internal ulong UInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8).Span);

    /// <summary>Empty where there is none.</summary>
    internal string Text()
    {
        var length = (short)UInt16();
        return length <= 0 ? "" : Encoding.UTF8.GetString(Take(length).Span);
    }

    /// <exception cref="InvalidDataException">The frame ends before.</exception>
    internal ReadOnlyMemory<byte> Take(int count)
    {
        if (count < 0 || count > frame.Length - _at)
            throw new InvalidDataException("It ends in the middle of a field");
        var taken = frame.Slice(_at, count);
        _at += count;
        return taken;
    }
}
