using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Verifying;

/// <summary>Which values a column gives back as they are.</summary>
internal static class ColumnFit
{
    private const string NoText = "a text cannot be kept there";
    private const string NoNumber = "a number cannot be kept there";
    private const string NoBytes = "bytes cannot be kept there";
    private const string TooLarge = "the number is too large for it";
    private const string NotExact = "the number would not come back as it is";

    internal static ValueFit Of(ColumnSchema column)
    {
        var fit = OfType(column);
        return column.Nullable
            ? (batch, record, at) => batch.KindAt(record, at) == ValueKind.Null ? null : fit(batch, record, at)
            : (batch, record, at) =>
                batch.KindAt(record, at) == ValueKind.Null ? "null is refused there" : fit(batch, record, at);
    }

    private static ValueFit OfType(ColumnSchema column)
    {
        var wire = Wire.Of(column);
        return wire == Wire.Int2 ? Whole(short.MinValue, short.MaxValue)
            : wire == Wire.Int4 ? Whole(int.MinValue, int.MaxValue)
            : wire == Wire.Int8 ? Whole(long.MinValue, long.MaxValue)
            : wire == Wire.Bool ? Whole(0, 1)
            : wire == Wire.Float8 ? Real
            : wire == Wire.Float4 ? Single
            : wire == Wire.Bytea ? Bytes
            : wire == Wire.Number ? Decimal(column.Type)
            : Text(wire == Wire.Utf8 ? Limit(column.Type) : null);
    }

    private static ValueFit Whole(long least, long most) => (batch, record, at) => batch.KindAt(record, at) switch
    {
        ValueKind.Integer => batch.IntegerAt(record, at) is var value && value >= least && value <= most
            ? null : TooLarge,
        ValueKind.Real => NotExact,
        var kind => NotNumber(kind),
    };

    private static string? Real(RecordBatch batch, int record, int at) => batch.KindAt(record, at) switch
    {
        ValueKind.Real => double.IsNaN(batch.RealAt(record, at)) ? NotExact : null,
        ValueKind.Integer => NotExact,
        var kind => NotNumber(kind),
    };

    private static string? Single(RecordBatch batch, int record, int at) =>
        Real(batch, record, at) ?? (batch.RealAt(record, at) is var value && (float)value == value ? null : NotExact);

    private static string? Bytes(RecordBatch batch, int record, int at) => batch.KindAt(record, at) switch
    {
        ValueKind.Bytes => null,
        ValueKind.Text => NoText,
        _ => NoNumber,
    };

    private static ValueFit Decimal(string type)
    {
        var limits = Numbers(type);
        return (batch, record, at) => batch.KindAt(record, at) switch
        {
            ValueKind.Integer => Within(batch.IntegerAt(record, at).ToString(CultureInfo.InvariantCulture)),
            ValueKind.Real => OfReal(batch.RealAt(record, at)),
            var kind => NotNumber(kind),
        };

        // A whole number comes back as Integer wherever that can hold it.
        string? OfReal(double value) =>
            double.IsNaN(value) || (Math.Floor(value) == value && Math.Abs(value) < 9.3e18) ? NotExact
            : double.IsInfinity(value) ? (limits.Length == 0 ? null : TooLarge)
            : Within(value.ToString("R", CultureInfo.InvariantCulture));

        string? Within(string number)
        {
            if (limits.Length == 0)
                return null;
            var (digits, point) = Numeral.Digits(number);
            var scale = limits.Length > 1 ? limits[1] : 0;
            return digits.Length - point > scale ? NotExact : point > limits[0] - scale ? TooLarge : null;
        }
    }

    private static ValueFit Text(int? limit) => (batch, record, at) =>
    {
        if (batch.KindAt(record, at) != ValueKind.Text)
            return batch.KindAt(record, at) == ValueKind.Bytes ? NoBytes : NoNumber;
        var text = batch.BytesAt(record, at);
        return text.Contains((byte)0) ? "the text holds a NUL"
            : !Utf8.IsValid(text) ? "the text is no valid UTF-8"
            : limit is { } most && text.Length > most && Length(text) > most ? "the text is too long for it"
            : null;
    };

    /// <summary>Characters as PostgreSQL counts them.</summary>
    private static int Length(ReadOnlySpan<byte> text)
    {
        var length = 0;
        foreach (var _ in Encoding.UTF8.GetString(text).EnumerateRunes())
            length++;
        return length;
    }

    private static int? Limit(string type) => Numbers(type) is [var most, ..] ? most : null;

    private static int[] Numbers(string type)
    {
        var open = type.IndexOf('(', StringComparison.Ordinal);
        return open < 0
            ? []
            : [.. type[(open + 1)..type.IndexOf(')', StringComparison.Ordinal)].Split(',')
                .Select(one => int.Parse(one, CultureInfo.InvariantCulture))];
    }

    private static string NotNumber(ValueKind kind) => kind == ValueKind.Text ? NoText : NoBytes;
}
