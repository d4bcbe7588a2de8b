using System.Buffers;
using System.Buffers.Text;

namespace Godwit.Connectors.Redis.Protocol;

/// <summary>Takes one reply from the front of what has been received.</summary>
/// <remarks>Source: the RESP protocol specification, versions 2 and 3.</remarks>
internal static class RespParser
{
    /// <summary>No server sends longer strings (proto-max-bulk-len is 512 MB unless somebody raised it).</summary>
    private const long LongestBulk = 1L << 30;

    private const long MostItems = 1 << 24;
    private const int Deepest = 16;
    private const int LongestLine = 64 << 10;

    /// <summary>Reads one reply.</summary>
    /// <param name="reader">At its first byte; behind it when there was one, anywhere otherwise.</param>
    /// <param name="value">The reply.</param>
    /// <param name="missing">How many bytes are wanted at least before another try is worth it.</param>
    /// <returns>False when it has not arrived completely.</returns>
    /// <exception cref="FormatException">This is not RESP.</exception>
    internal static bool TryRead(ref SequenceReader<byte> reader, out RespValue value, out long missing) =>
        TryRead(ref reader, 0, out value, out missing);

    private static bool TryRead(ref SequenceReader<byte> reader, int depth, out RespValue value, out long missing)
    {
        (value, missing) = (RespValue.Null, 1);
        if (depth > Deepest)
            throw new FormatException("The reply is nested too deeply.");
        if (!reader.TryRead(out var kind))
            return false;
        if (!TryReadLine(ref reader, out var line))
            return false;
        switch (kind)
        {
            case (byte)'+': value = RespValue.Status(line); return true;
            case (byte)'-': value = RespValue.Error(line); return true;
            case (byte)':': value = RespValue.Of(Number(line)); return true;
            case (byte)'_': return true;
            case (byte)'#': value = RespValue.Of(line.SequenceEqual("t"u8) ? 1 : 0); return true;
            case (byte)',' or (byte)'(': value = RespValue.Bulk(line.ToArray()); return true;
            case (byte)'$' or (byte)'=' or (byte)'!':
                return TryReadBulk(ref reader, kind, Number(line), out value, out missing);
            case (byte)'*' or (byte)'~' or (byte)'>' or (byte)'%' or (byte)'|':
                return TryReadItems(ref reader, kind, Number(line), depth, out value, out missing);
            default: throw new FormatException($"A reply begins with byte {kind}.");
        }
    }

    private static bool TryReadBulk(
        ref SequenceReader<byte> reader, byte kind, long length, out RespValue value, out long missing)
    {
        (value, missing) = (RespValue.Null, 0);
        if (length < 0)
            return true;
        if (length > LongestBulk)
            throw new FormatException($"A reply of {length} bytes is announced.");
        if (reader.Remaining < length + 2)
        {
            missing = length + 2 - reader.Remaining;
            return false;
        }
        var bytes = new byte[length];
        reader.TryCopyTo(bytes);
        reader.Advance(length);
        if (!reader.IsNext("\r\n"u8, advancePast: true))
            throw new FormatException("A reply is not ended where its length says.");
        value = kind switch
        {
            (byte)'!' => RespValue.Error(bytes),
            (byte)'=' => RespValue.Bulk(bytes[Math.Min(4, bytes.Length)..]),
            _ => RespValue.Bulk(bytes),
        };
        return true;
    }

    private static bool TryReadItems(
        ref SequenceReader<byte> reader, byte kind, long count, int depth, out RespValue value, out long missing)
    {
        (value, missing) = (RespValue.Null, 0);
        if (count < 0)
            return true;
        if (count > MostItems)
            throw new FormatException($"A reply of {count} items is announced.");
        var total = kind is (byte)'%' or (byte)'|' ? count * 2 : count;

        // Each item takes three bytes at least: what has not arrived is not made room for.
        if (reader.Remaining < total * 3)
        {
            missing = (total * 3) - reader.Remaining;
            return false;
        }
        var items = new RespValue[total];
        for (var i = 0; i < items.Length; i++)
        {
            if (!TryRead(ref reader, depth + 1, out items[i], out missing))
                return false;
        }

        // Attributes say something about the value that follows; nobody here wants to know it.
        if (kind == (byte)'|')
            return TryRead(ref reader, depth + 1, out value, out missing);
        value = kind == (byte)'>' ? RespValue.Push(items) : RespValue.Array(items);
        return true;
    }

    private static bool TryReadLine(ref SequenceReader<byte> reader, out ReadOnlySpan<byte> line)
    {
        if (!reader.TryReadTo(out line, "\r\n"u8))
        {
            return reader.Remaining <= LongestLine
                ? false
                : throw new FormatException("The first line of a reply does not end.");
        }
        return true;
    }

    private static long Number(ReadOnlySpan<byte> line) =>
        Utf8Parser.TryParse(line, out long number, out var used) && used == line.Length
            ? number
            : throw new FormatException("A reply has no number where there should be one.");
}
