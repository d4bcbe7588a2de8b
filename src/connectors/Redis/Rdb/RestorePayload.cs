using System.Buffers;
using System.Buffers.Binary;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>What DUMP answers and RESTORE takes: type, value, the version that a server needs, checksum.</summary>
/// <param name="Value">A part of the payload it was parsed from.</param>
/// <param name="Stamp">The lowest version of the format that a server must know.</param>
internal readonly record struct RestorePayload(byte Type, ReadOnlyMemory<byte> Value, int Stamp)
{
    /// <summary>The oldest servers take this version and no other.</summary>
    private const int LowestStamp = 6;

    private const int FooterLength = 10;
    private const int ChecksumLength = 8;

    /// <summary>Bytes that a payload has besides the value.</summary>
    internal const int Overhead = 1 + FooterLength;

    /// <summary>The lowest stamp that is true for a type, so that the oldest servers that know it take it.</summary>
    internal static int StampFor(byte type) => RdbType.Since(type) is var since && since != int.MaxValue
        ? Math.Max(LowestStamp, since)
        : throw new UnknownRdbTypeException(type, [], 0);

    /// <summary>Writes a payload of <c>value.Length + Overhead</c> bytes.</summary>
    internal static void Write(IBufferWriter<byte> to, byte type, ReadOnlySpan<byte> value)
    {
        var length = value.Length + Overhead;
        Write(to.GetSpan(length)[..length], type, value);
        to.Advance(length);
    }

    /// <summary>Writes a payload into room of its length.</summary>
    internal static void Write(Span<byte> room, byte type, ReadOnlySpan<byte> value)
    {
        room[0] = type;
        value.CopyTo(room[1..]);
        BinaryPrimitives.WriteUInt16LittleEndian(room[^FooterLength..], (ushort)StampFor(type));
        var sum = Crc64.Append(0, room[..^ChecksumLength]);
        BinaryPrimitives.WriteUInt64LittleEndian(room[^ChecksumLength..], sum);
    }

    /// <exception cref="RdbException">It is too short or its checksum is wrong; 0 stands for none.</exception>
    internal static RestorePayload Parse(ReadOnlyMemory<byte> payload)
    {
        if (payload.Length <= Overhead)
            throw RdbException.Ended(payload.Length);
        var bytes = payload.Span;
        var said = BinaryPrimitives.ReadUInt64LittleEndian(bytes[^ChecksumLength..]);
        if (said != 0 && said != Crc64.Append(0, bytes[..^ChecksumLength]))
            throw new RdbException("The checksum of a value is wrong", payload.Length - ChecksumLength);
        var stamp = BinaryPrimitives.ReadUInt16LittleEndian(bytes[^FooterLength..]);
        return new RestorePayload(bytes[0], payload[1..^FooterLength], stamp);
    }
}
