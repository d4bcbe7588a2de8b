using System.Globalization;
using System.Text;
using Godwit.Core.Records;

namespace Godwit.Tests.Simulation;

/// <summary>One value as the tests hold it: compared by kind and bytes, so that 1, 1.0 and '1' differ.</summary>
public readonly struct Cell : IEquatable<Cell>
{
    private readonly byte[]? _bytes;

    private Cell(ValueKind kind, long number, byte[]? bytes) => (Kind, Number, _bytes) = (kind, number, bytes);

    public static Cell Null => default;

    public ValueKind Kind { get; }

    /// <summary>The integer, or the bits of the real.</summary>
    public long Number { get; }

    public ReadOnlySpan<byte> Bytes => _bytes;

    public static Cell Integer(long value) => new(ValueKind.Integer, value, null);

    public static Cell Real(double value) => new(ValueKind.Real, BitConverter.DoubleToInt64Bits(value), null);

    /// <summary>The bytes need not be valid UTF-8.</summary>
    public static Cell Text(ReadOnlySpan<byte> utf8) => new(ValueKind.Text, 0, utf8.ToArray());

    public static Cell Blob(ReadOnlySpan<byte> bytes) => new(ValueKind.Bytes, 0, bytes.ToArray());

    public static implicit operator Cell(long value) => Integer(value);

    public static implicit operator Cell(double value) => Real(value);

    public static implicit operator Cell(string text) => Text(Encoding.UTF8.GetBytes(text));

    public static implicit operator Cell(byte[] bytes) => Blob(bytes);

    public static bool operator ==(Cell left, Cell right) => left.Equals(right);

    public static bool operator !=(Cell left, Cell right) => !left.Equals(right);

    public static Cell At(RecordBatch batch, int record, int column) => batch.KindAt(record, column) switch
    {
        ValueKind.Null => Null,
        ValueKind.Integer => Integer(batch.IntegerAt(record, column)),
        ValueKind.Real => Real(batch.RealAt(record, column)),
        ValueKind.Text => Text(batch.BytesAt(record, column)),
        ValueKind.Bytes => Blob(batch.BytesAt(record, column)),
        var kind => throw new InvalidOperationException($"Value kind {kind}."),
    };

    public void AppendTo(RecordBatch batch)
    {
        switch (Kind)
        {
            case ValueKind.Null: batch.AppendNull(); break;
            case ValueKind.Integer: batch.AppendInteger(Number); break;
            case ValueKind.Real: batch.AppendReal(BitConverter.Int64BitsToDouble(Number)); break;
            case ValueKind.Text: batch.AppendText(_bytes); break;
            case ValueKind.Bytes: batch.AppendBytes(_bytes); break;
            default: throw new InvalidOperationException($"Value kind {Kind}.");
        }
    }

    public bool Equals(Cell other) =>
        Kind == other.Kind && Number == other.Number && Bytes.SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is Cell other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Kind, Number, _bytes?.Length);

    public override string ToString() => Kind switch
    {
        ValueKind.Null => "null",
        ValueKind.Integer => Number.ToString(CultureInfo.InvariantCulture),
        ValueKind.Real => BitConverter.Int64BitsToDouble(Number).ToString("R", CultureInfo.InvariantCulture),
        ValueKind.Text => $"'{Encoding.UTF8.GetString(Bytes)}'",
        _ => $"x'{Convert.ToHexStringLower(Bytes)}'",
    };
}
