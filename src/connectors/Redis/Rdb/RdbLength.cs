using System.Buffers.Binary;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>Lengths as an RDB writes them: 6, 14, 32 or 64 bits behind two bits that say which.</summary>
internal static class RdbLength
{
    /// <summary>More bytes than any string has: a longer length is damage.</summary>
    internal const ulong MostBytes = 1UL << 40;

    internal const ulong Int8 = 0;
    internal const ulong Int16 = 1;
    internal const ulong Int32 = 2;
    internal const ulong Compressed = 3;

    /// <param name="at">Where the length starts; moved behind it when it is there.</param>
    /// <param name="isForm">Whether it is no length but the form of a string: <see cref="Int8"/>…</param>
    /// <returns>False when not all of it is there yet.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, ref int at, long origin, out ulong value, out bool isForm)
    {
        value = 0;
        isForm = false;
        if ((uint)at >= (uint)bytes.Length)
            return false;
        var first = bytes[at];
        if (first < 0x40)
        {
            value = first;
            at++;
            return true;
        }
        if (first < 0x80)
        {
            if (bytes.Length - at < 2)
                return false;
            value = ((ulong)(first & 0x3f) << 8) | bytes[at + 1];
            at += 2;
            return true;
        }
        if (first >= 0xc0)
        {
            value = (ulong)(first & 0x3f);
            isForm = true;
            at++;
            return true;
        }
        return TryReadWide(bytes, ref at, origin, out value);
    }

    /// <summary>A length that must not be a string form.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, ref int at, long origin, out ulong value)
    {
        if (!TryRead(bytes, ref at, origin, out value, out var isForm))
            return false;
        return !isForm ? true : throw new RdbException("A length is written as the form of a string", origin + at - 1);
    }

    private static bool TryReadWide(ReadOnlySpan<byte> bytes, ref int at, long origin, out ulong value)
    {
        value = 0;
        var size = bytes[at] switch
        {
            0x80 => 4,
            0x81 => 8,
            _ => throw new RdbException($"A length starts with 0x{bytes[at]:x2}, which means nothing", origin + at),
        };
        if (bytes.Length - at - 1 < size)
            return false;
        var digits = bytes.Slice(at + 1, size);
        value = size == 4 ? BinaryPrimitives.ReadUInt32BigEndian(digits) : BinaryPrimitives.ReadUInt64BigEndian(digits);
        at += 1 + size;
        return true;
    }
}
