using System.Buffers.Binary;
using System.Text;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Writes one frame of the stream protocol: its size, the command, version 1, and fields one after the other,
/// numbers with the highest byte first.</summary>
internal sealed class Frame
{
    private const ushort Version = 1;
    private const int SizeField = 4;

    private byte[] _bytes = new byte[128];

    internal Frame(StreamCommand command, bool isAnswer = false)
    {
        UInt32(0).UInt16((ushort)((ushort)command | (isAnswer ? 0x8000 : 0))).UInt16(Version);
    }

    /// <summary>How many bytes it has so far.</summary>
    internal int Length { get; private set; }

    internal Frame Byte(byte value)
    {
        Next(1)[0] = value;
        return this;
    }

    internal Frame UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(Next(sizeof(ushort)), value);
        return this;
    }

    internal Frame UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Next(sizeof(uint)), value);
        return this;
    }

    internal Frame UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(Next(sizeof(ulong)), value);
        return this;
    }

    /// <summary>At most 32,767 bytes of UTF-8.</summary>
    internal Frame Text(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        UInt16((ushort)checked((short)bytes.Length));
        bytes.CopyTo(Next(bytes.Length));
        return this;
    }

    internal Frame Bytes(ReadOnlySpan<byte> value)
    {
        UInt32((uint)value.Length);
        value.CopyTo(Next(value.Length));
        return this;
    }

    /// <summary>Overwrites a number that was written before.</summary>
    internal void Patch(int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(at), value);

    /// <summary>The frame as it goes over the wire. Nothing may be added afterwards.</summary>
    internal ReadOnlyMemory<byte> Finish()
    {
        Patch(0, (uint)(Length - SizeField));
        return _bytes.AsMemory(0, Length);
    }

    private Span<byte> Next(int count)
    {
        var end = checked(Length + count);
        if (end > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Max(end, Math.Min(2L * _bytes.Length, Array.MaxLength)));
        var next = _bytes.AsSpan(Length, count);
        Length = end;
        return next;
    }
}
