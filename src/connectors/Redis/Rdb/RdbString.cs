using System.Buffers.Binary;
using System.Buffers.Text;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>Where a string lies in the bytes of an RDB, and in which form: plain, integer or compressed.</summary>
/// <param name="Form">A form of <see cref="RdbLength"/>; <see cref="Plain"/> when the bytes are the string.</param>
/// <param name="Start">Index of its first byte behind the lengths.</param>
/// <param name="Length">Bytes that it has there.</param>
/// <param name="PlainLength">Bytes that it has when decoded; for an integer the most that it can have.</param>
internal readonly record struct RdbString(ulong Form, int Start, int Length, int PlainLength)
{
    internal const ulong Plain = ulong.MaxValue;

    private const int MostDigits = 11;

    /// <param name="at">Where the string starts; moved behind it when all of it is there.</param>
    /// <param name="origin">Position of the first byte, for messages.</param>
    /// <param name="most">Bytes that it may have, as it lies there and decoded.</param>
    /// <returns>False when not all of it is there yet.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, ref int at, long origin, int most, out RdbString found)
    {
        found = default;
        var next = at;
        if (!RdbLength.TryRead(bytes, ref next, origin, out var length, out var isForm))
            return false;
        var form = isForm ? length : Plain;
        var plain = length;
        if (form == RdbLength.Compressed)
        {
            if (!RdbLength.TryRead(bytes, ref next, origin, out length)
                || !RdbLength.TryRead(bytes, ref next, origin, out plain))
                return false;
            if (plain / Lzf.MostExpansion > length)
                throw new RdbException($"{length} compressed bytes cannot stand for {plain}", origin + at);
        }
        else if (isForm)
        {
            if (form > RdbLength.Int32)
                throw new RdbException($"A string has the form {form}, which means nothing", origin + at);
            length = 1UL << (int)form;
            plain = MostDigits;
        }
        if (length > (ulong)most || (plain > (ulong)most && !IsInteger(form)))
            throw new RdbException($"A string of {Math.Max(length, plain)} bytes is longer than {most}", origin + at);
        if ((ulong)(bytes.Length - next) < length)
            return false;
        found = new RdbString(form, next, (int)length, (int)plain);
        at = next + (int)length;
        return true;
    }

    /// <summary>Writes the plain bytes, which needs room for <see cref="PlainLength"/>.</summary>
    /// <param name="bytes">Where the string was found.</param>
    /// <returns>Bytes written.</returns>
    internal int Decode(ReadOnlySpan<byte> bytes, long origin, Span<byte> to)
    {
        var from = bytes.Slice(Start, Length);
        if (Form == Plain)
        {
            from.CopyTo(to);
            return Length;
        }
        if (Form == RdbLength.Compressed)
        {
            return Lzf.Decompress(from, to[..PlainLength])
                ? PlainLength
                : throw new RdbException("A compressed string is damaged", origin + Start);
        }
        Utf8Formatter.TryFormat(Integer(from), to, out var written);
        return written;
    }

    /// <summary>The plain bytes in an array of their own.</summary>
    internal byte[] ToArray(ReadOnlySpan<byte> bytes, long origin)
    {
        var plain = new byte[PlainLength];
        var length = Decode(bytes, origin, plain);
        return length == plain.Length ? plain : plain[..length];
    }

    private static bool IsInteger(ulong form) => form <= RdbLength.Int32;

    private static int Integer(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        1 => (sbyte)bytes[0],
        2 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        _ => BinaryPrimitives.ReadInt32LittleEndian(bytes),
    };
}
