using System.Buffers;

namespace Godwit.Core.Records;

/// <summary>A bounded number of records, column by column, typed per value; text is UTF-8 bytes, nothing is
/// boxed.</summary>
/// <remarks>
/// <para>Filled record by record: one <c>Append…</c> per column in column order, then <see cref="EndRecord"/>.</para>
/// <para>Ownership: whoever receives a batch disposes it, which gives its arrays back to the pool. Spans are valid
/// until the next append or <see cref="Dispose"/>. Not safe for use by two threads at once.</para>
/// </remarks>
public sealed class RecordBatch : IDisposable
{
    private readonly RecordColumn[] _columns;
    private byte[] _arena = ArrayPool<byte>.Shared.Rent(4096);
    private int _used;
    private int _next;
    private bool _disposed;

    /// <param name="columns">How many values a record has; at least one.</param>
    public RecordBatch(int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        _columns = new RecordColumn[columns];
        for (var i = 0; i < columns; i++)
            _columns[i] = new RecordColumn();
    }

    public int ColumnCount => _columns.Length;

    /// <summary>Complete records.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes held for values: what to bound a batch by.</summary>
    public long Size => _used + (9L * Count * _columns.Length);

    /// <summary>Opens the content of records that have any (files, objects); null for stores without content.</summary>
    public IContentSource? Content { get; init; }

    public void AppendNull() => Next().Append(ValueKind.Null, 0, 0);

    public void AppendInteger(long value) => Next().Append(ValueKind.Integer, value, 8);

    public void AppendReal(double value) => Next().Append(ValueKind.Real, BitConverter.DoubleToInt64Bits(value), 8);

    /// <summary>Copies the bytes.</summary>
    public void AppendText(ReadOnlySpan<byte> utf8) => Next().Append(ValueKind.Text, Keep(utf8), utf8.Length);

    /// <summary>Copies the bytes.</summary>
    public void AppendBytes(ReadOnlySpan<byte> bytes) => Next().Append(ValueKind.Bytes, Keep(bytes), bytes.Length);

    /// <summary>Copies one value of another batch.</summary>
    public void AppendFrom(RecordBatch other, int record, int column)
    {
        var kind = other.KindAt(record, column);
        if (kind is ValueKind.Text or ValueKind.Bytes)
        {
            var bytes = other.BytesAt(record, column);
            Next().Append(kind, Keep(bytes), bytes.Length);
        }
        else
        {
            Next().Append(kind, other._columns[column].Payloads[record], kind == ValueKind.Null ? 0 : 8);
        }
    }

    /// <summary>Copies all records of another batch with the same columns.</summary>
    public void AppendAll(RecordBatch other)
    {
        for (var record = 0; record < other.Count; record++)
        {
            for (var column = 0; column < _columns.Length; column++)
                AppendFrom(other, record, column);
            EndRecord();
        }
    }

    /// <summary>Completes a record; every column must have been given its value.</summary>
    public void EndRecord()
    {
        if (_next != _columns.Length)
            throw new InvalidOperationException($"A record of {_columns.Length} values was ended after {_next}.");
        _next = 0;
        Count++;
    }

    public ValueKind KindAt(int record, int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)record, (uint)Count);
        return _columns[column].Kinds[record];
    }

    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public long IntegerAt(int record, int column) => Payload(record, column, ValueKind.Integer);

    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public double RealAt(int record, int column) =>
        BitConverter.Int64BitsToDouble(Payload(record, column, ValueKind.Real));

    /// <summary>The bytes of a text or bytes value.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public ReadOnlySpan<byte> BytesAt(int record, int column)
    {
        var kind = KindAt(record, column);
        if (kind is not (ValueKind.Text or ValueKind.Bytes))
            throw new InvalidOperationException($"Record {record}, column {column} is {kind}, not text or bytes.");
        return _arena.AsSpan((int)_columns[column].Payloads[record], _columns[column].Lengths[record]);
    }

    /// <summary>Forgets all records and keeps the arrays, for filling again.</summary>
    public void Clear()
    {
        foreach (var column in _columns)
            column.Clear();
        (_used, _next, Count) = (0, 0, 0);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (var column in _columns)
            column.Return();
        ArrayPool<byte>.Shared.Return(_arena);
        (_arena, Count) = ([], 0);
    }

    private RecordColumn Next()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _columns[_next++];
    }

    private long Payload(int record, int column, ValueKind wanted)
    {
        var kind = KindAt(record, column);
        return kind == wanted
            ? _columns[column].Payloads[record]
            : throw new InvalidOperationException($"Record {record}, column {column} is {kind}, not {wanted}.");
    }

    private int Keep(ReadOnlySpan<byte> bytes)
    {
        var offset = _used;
        if (_arena.Length - _used < bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(_arena.Length * 2, _used + bytes.Length)));
            Buffer.BlockCopy(_arena, 0, larger, 0, _used);
            ArrayPool<byte>.Shared.Return(_arena);
            _arena = larger;
        }
        bytes.CopyTo(_arena.AsSpan(offset));
        _used += bytes.Length;
        return offset;
    }
}
