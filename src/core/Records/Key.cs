using System.Buffers.Binary;
using System.Globalization;
using Godwit.Core.Problems;

namespace Godwit.Core.Records;

/// <summary>The key of one record, standing alone: its values, one after the other, as bytes.</summary>
/// <remarks>
/// Layout, frozen because chunk bounds are journalled: for each value its <see cref="ValueKind"/> byte; then for
/// Integer and Real eight bytes big-endian, for Text and Bytes a length (four bytes big-endian) and the bytes.
/// Equal bytes mean equal keys; the store may call more keys equal (collations). Order is the store's affair,
/// but for <see cref="Compare"/>, which is the order of stores that compare plain bytes and numbers.
/// </remarks>
public sealed class Key : IEquatable<Key>
{
    private readonly byte[] _bytes;

    private Key(byte[] bytes) => _bytes = bytes;

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The values of the given columns of one record.</summary>
    public static Key Of(RecordBatch batch, int record, ReadOnlySpan<int> columns)
    {
        var size = 0;
        foreach (var column in columns)
            size += SizeOf(batch, record, column);
        var bytes = new byte[size];
        var at = 0;
        foreach (var column in columns)
            at += Write(batch, record, column, bytes.AsSpan(at));
        return new Key(bytes);
    }

    /// <summary>All values of one record of a batch that holds keys only.</summary>
    public static Key Of(RecordBatch keys, int record)
    {
        Span<int> columns = stackalloc int[keys.ColumnCount];
        for (var i = 0; i < columns.Length; i++)
            columns[i] = i;
        return Of(keys, record, columns);
    }

    /// <exception cref="FormatException">The bytes are not a key.</exception>
    public static Key FromBytes(ReadOnlySpan<byte> bytes)
    {
        var key = new Key(bytes.ToArray());
        for (var at = 0; at < key._bytes.Length;)
            at += key.ValueSize(at);
        return key;
    }

    /// <summary>Appends the key as one record to a batch that holds keys.</summary>
    public void AppendTo(RecordBatch keys)
    {
        AppendValuesTo(keys);
        keys.EndRecord();
    }

    /// <summary>Appends the key's values and leaves the record open.</summary>
    public void AppendValuesTo(RecordBatch batch)
    {
        for (var at = 0; at < _bytes.Length; at += ValueSize(at))
        {
            var payload = _bytes.AsSpan(at + 1);
            switch ((ValueKind)_bytes[at])
            {
                case ValueKind.Null: batch.AppendNull(); break;
                case ValueKind.Integer: batch.AppendInteger(BinaryPrimitives.ReadInt64BigEndian(payload)); break;
                case ValueKind.Real: batch.AppendReal(BinaryPrimitives.ReadDoubleBigEndian(payload)); break;
                case ValueKind.Text: batch.AppendText(payload.Slice(4, ValueSize(at) - 5)); break;
                case ValueKind.Bytes: batch.AppendBytes(payload.Slice(4, ValueSize(at) - 5)); break;
                default: throw new InvalidOperationException($"Value kind {_bytes[at]} in a key.");
            }
        }
    }

    /// <summary>A batch that holds this key only; the caller owns it.</summary>
    public RecordBatch ToBatch()
    {
        var columns = 0;
        for (var at = 0; at < _bytes.Length; at += ValueSize(at))
            columns++;
        var batch = new RecordBatch(columns);
        AppendTo(batch);
        return batch;
    }

    /// <summary>Value by value: null, then numbers, then text, then bytes; numbers by value, the others
    /// bytewise.</summary>
    public static int Compare(Key left, Key right)
    {
        using var a = left.ToBatch();
        using var b = right.ToBatch();
        for (var i = 0; i < Math.Min(a.ColumnCount, b.ColumnCount); i++)
        {
            var order = CompareValues(a, b, i);
            if (order != 0)
                return order;
        }
        return a.ColumnCount.CompareTo(b.ColumnCount);
    }

    public bool Equals(Key? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => Equals(obj as Key);

    public override int GetHashCode() => (int)Digests.XxHash64.Hash(_bytes);

    /// <summary>The values for people: <c>42</c>, <c>'abc'</c>, <c>x'00ff'</c>, joined by commas, made safe to
    /// print.</summary>
    public override string ToString()
    {
        using var batch = ToBatch();
        var texts = new string[batch.ColumnCount];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = Show(batch, 0, i);
        return string.Join(", ", texts);
    }

    /// <summary>One value for people, made safe to print and cut after 80 characters.</summary>
    public static string Show(RecordBatch batch, int record, int column)
    {
        var text = batch.KindAt(record, column) switch
        {
            ValueKind.Null => "null",
            ValueKind.Integer => batch.IntegerAt(record, column).ToString(CultureInfo.InvariantCulture),
            ValueKind.Real => batch.RealAt(record, column).ToString("R", CultureInfo.InvariantCulture),
            ValueKind.Text => $"'{Printable.Text(batch.BytesAt(record, column))}'",
            ValueKind.Bytes => $"x'{Convert.ToHexStringLower(batch.BytesAt(record, column))}'",
            var kind => throw new InvalidOperationException($"Value kind {kind} has no text."),
        };
        return text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 77), "...");
    }

    private static int CompareValues(RecordBatch a, RecordBatch b, int column)
    {
        var (left, right) = (a.KindAt(0, column), b.KindAt(0, column));
        var order = Rank(left).CompareTo(Rank(right));
        if (order != 0 || left == ValueKind.Null)
            return order;
        if (left is ValueKind.Text or ValueKind.Bytes)
            return a.BytesAt(0, column).SequenceCompareTo(b.BytesAt(0, column));
        if (left == ValueKind.Integer && right == ValueKind.Integer)
            return a.IntegerAt(0, column).CompareTo(b.IntegerAt(0, column));
        return Number(a, column).CompareTo(Number(b, column));
    }

    private static double Number(RecordBatch batch, int column) =>
        batch.KindAt(0, column) == ValueKind.Integer ? batch.IntegerAt(0, column) : batch.RealAt(0, column);

    private static int Rank(ValueKind kind) => kind switch
    {
        ValueKind.Null => 0,
        ValueKind.Integer or ValueKind.Real => 1,
        ValueKind.Text => 2,
        ValueKind.Bytes => 3,
        _ => throw new InvalidOperationException($"Value kind {kind} has no order."),
    };

    private static int SizeOf(RecordBatch batch, int record, int column) => batch.KindAt(record, column) switch
    {
        ValueKind.Null => 1,
        ValueKind.Integer or ValueKind.Real => 9,
        _ => 5 + batch.BytesAt(record, column).Length,
    };

    private static int Write(RecordBatch batch, int record, int column, Span<byte> into)
    {
        var kind = batch.KindAt(record, column);
        into[0] = (byte)kind;
        switch (kind)
        {
            case ValueKind.Null:
                return 1;
            case ValueKind.Integer:
                BinaryPrimitives.WriteInt64BigEndian(into[1..], batch.IntegerAt(record, column));
                return 9;
            case ValueKind.Real:
                BinaryPrimitives.WriteDoubleBigEndian(into[1..], batch.RealAt(record, column));
                return 9;
            default:
                var bytes = batch.BytesAt(record, column);
                BinaryPrimitives.WriteInt32BigEndian(into[1..], bytes.Length);
                bytes.CopyTo(into[5..]);
                return 5 + bytes.Length;
        }
    }

    private int ValueSize(int at)
    {
        var left = _bytes.Length - at;
        long size = (ValueKind)_bytes[at] switch
        {
            ValueKind.Null => 1,
            ValueKind.Integer or ValueKind.Real => 9,
            ValueKind.Text or ValueKind.Bytes when left >= 5 =>
                5L + BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(at + 1)),
            _ => throw new FormatException("The bytes are not a key: unknown value kind or cut short."),
        };
        return size <= left ? (int)size : throw new FormatException("The bytes are not a key: a value is cut short.");
    }
}
