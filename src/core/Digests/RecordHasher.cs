using System.Buffers.Binary;
using Godwit.Core.Records;

namespace Godwit.Core.Digests;

/// <summary>The digest of one record: XXH64 over its values in column order, in one canonical form for all
/// stores.</summary>
/// <remarks>
/// Canonical form, frozen because receipts hold its results: for each value its <see cref="ValueKind"/> byte; Integer
/// and Real as eight bytes little-endian; Text and Bytes as their length (four bytes little-endian), then the bytes,
/// or XXH64 of the bytes when there are more than <see cref="Inline"/>. Lengths and kinds make it unambiguous:
/// ('a', null) and (null, 'a') differ, and so do 1 and '1'. Not safe for use by two threads at once.
/// </remarks>
public sealed class RecordHasher
{
    /// <summary>Longest value that is hashed as it stands.</summary>
    public const int Inline = 512;

    private byte[] _buffer = new byte[4096];
    private int _used;

    public void AddNull() => Space(1)[0] = (byte)ValueKind.Null;

    public void AddInteger(long value) => AddEight(ValueKind.Integer, value);

    public void AddReal(double value) => AddEight(ValueKind.Real, BitConverter.DoubleToInt64Bits(value));

    public void AddText(ReadOnlySpan<byte> utf8) => AddBytes(ValueKind.Text, utf8);

    public void AddBytes(ReadOnlySpan<byte> bytes) => AddBytes(ValueKind.Bytes, bytes);

    /// <summary>Adds one value of a batch.</summary>
    public void Add(RecordBatch batch, int record, int column)
    {
        switch (batch.KindAt(record, column))
        {
            case ValueKind.Null: AddNull(); break;
            case ValueKind.Integer: AddInteger(batch.IntegerAt(record, column)); break;
            case ValueKind.Real: AddReal(batch.RealAt(record, column)); break;
            case ValueKind.Text: AddText(batch.BytesAt(record, column)); break;
            case ValueKind.Bytes: AddBytes(batch.BytesAt(record, column)); break;
            case var kind: throw new InvalidOperationException($"Value kind {kind} has no canonical form.");
        }
    }

    /// <summary>The digest of the values added since the last call; starts the next record.</summary>
    public ulong End()
    {
        var hash = XxHash64.Hash(_buffer.AsSpan(0, _used));
        _used = 0;
        return hash;
    }

    private void AddEight(ValueKind kind, long payload)
    {
        var space = Space(9);
        space[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(space[1..], payload);
    }

    private void AddBytes(ValueKind kind, ReadOnlySpan<byte> bytes)
    {
        var space = Space(5 + (bytes.Length <= Inline ? bytes.Length : 8));
        space[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(space[1..], bytes.Length);
        if (bytes.Length <= Inline)
            bytes.CopyTo(space[5..]);
        else
            BinaryPrimitives.WriteUInt64LittleEndian(space[5..], XxHash64.Hash(bytes));
    }

    private Span<byte> Space(int size)
    {
        if (_buffer.Length - _used < size)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _used + size));
        _used += size;
        return _buffer.AsSpan(_used - size, size);
    }
}
