using System.Buffers.Binary;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Records;

namespace Godwit.Connectors.PostgreSql.Copying;

/// <summary>Takes tuples of the binary COPY format apart.</summary>
/// <remarks>PostgreSQL documentation, COPY, "Binary Format": signature, flags, extension; then for each tuple the
/// number of fields (16 bits) and for each field its length (32 bits, -1 for null) and its bytes; -1 ends.</remarks>
internal static class TupleReader
{
    private const int HeaderSize = 19;

    private static ReadOnlySpan<byte> Signature =>
        [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xff, (byte)'\r', (byte)'\n', 0];

    /// <summary>Length of the header with its extension; 0 when not all of it is there yet.</summary>
    internal static int Header(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize)
            return 0;
        if (!bytes[..Signature.Length].SequenceEqual(Signature))
            throw new InvalidDataException("The server's copy does not begin with the signature of the binary format.");
        var size = HeaderSize + BinaryPrimitives.ReadInt32BigEndian(bytes[15..]);
        return bytes.Length < size ? 0 : size;
    }

    /// <summary>Appends complete tuples to a batch until it is as large as wanted.</summary>
    /// <param name="ended">Whether the end of the data was met.</param>
    /// <returns>Bytes that were used.</returns>
    internal static int Append(
        ReadOnlySpan<byte> bytes, RecordBatch batch, IReadOnlyList<Wire> wires, long size, out bool ended)
    {
        var used = 0;
        ended = false;
        while (batch.Size < size)
        {
            var length = LengthOfTuple(bytes[used..], out ended);
            if (length == 0 || ended)
                return used + length;
            AppendTuple(bytes.Slice(used, length), batch, wires);
            used += length;
        }
        return used;
    }

    /// <summary>Bytes of the first tuple; 0 when not all of it is there.</summary>
    internal static int LengthOfTuple(ReadOnlySpan<byte> bytes, out bool isEnd)
    {
        isEnd = false;
        if (bytes.Length < 2)
            return 0;
        var fields = BinaryPrimitives.ReadInt16BigEndian(bytes);
        isEnd = fields < 0;
        var at = 2;
        for (; fields > 0; fields--)
        {
            if (bytes.Length - at < 4)
                return 0;
            at += 4 + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(bytes[at..]));
            if (bytes.Length < at)
                return 0;
        }
        return at;
    }

    private static void AppendTuple(ReadOnlySpan<byte> tuple, RecordBatch batch, IReadOnlyList<Wire> wires)
    {
        var at = 2;
        foreach (var wire in wires)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(tuple[at..]);
            at += 4;
            if (length < 0)
            {
                batch.AppendNull();
                continue;
            }
            AppendValue(tuple.Slice(at, length), batch, wire);
            at += length;
        }
        batch.EndRecord();
    }

    private static void AppendValue(ReadOnlySpan<byte> value, RecordBatch batch, Wire wire)
    {
        if (wire == Wire.Int8)
            batch.AppendInteger(BinaryPrimitives.ReadInt64BigEndian(value));
        else if (wire == Wire.Int4)
            batch.AppendInteger(BinaryPrimitives.ReadInt32BigEndian(value));
        else if (wire == Wire.Int2)
            batch.AppendInteger(BinaryPrimitives.ReadInt16BigEndian(value));
        else if (wire == Wire.Bool)
            batch.AppendInteger(value[0]);
        else if (wire == Wire.Float8)
            batch.AppendReal(BinaryPrimitives.ReadDoubleBigEndian(value));
        else if (wire == Wire.Float4)
            batch.AppendReal(BinaryPrimitives.ReadSingleBigEndian(value));
        else if (wire == Wire.Bytea)
            batch.AppendBytes(value);
        else if (wire == Wire.Number)
            Numeral.Append(batch, value);
        else
            batch.AppendText(value);
    }
}
