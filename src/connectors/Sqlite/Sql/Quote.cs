using System.Globalization;
using System.Text;
using Godwit.Core.Records;

namespace Godwit.Connectors.Sqlite.Sql;

/// <summary>Names and values as they are written in SQL.</summary>
internal static class Quote
{
    internal static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    internal static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(Name));

    internal static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The single value of a key.</summary>
    internal static string Value(Key key)
    {
        using var batch = key.ToBatch();
        return Value(batch, 0, 0);
    }

    internal static string Value(RecordBatch batch, int record, int column) => batch.KindAt(record, column) switch
    {
        ValueKind.Null => "NULL",
        ValueKind.Integer => batch.IntegerAt(record, column).ToString(CultureInfo.InvariantCulture),
        ValueKind.Real => Real(batch.RealAt(record, column)),
        ValueKind.Text => Text(batch.BytesAt(record, column)),
        ValueKind.Bytes => $"x'{Convert.ToHexStringLower(batch.BytesAt(record, column))}'",
        var kind => throw new InvalidOperationException($"Value kind {kind} cannot be written in SQL."),
    };

    // 17 digits give back the same bits; the exponent makes sure that it is not read as an integer.
    private static string Real(double value) =>
        double.IsPositiveInfinity(value) ? "9e999"
        : double.IsNegativeInfinity(value) ? "-9e999"
        : value.ToString("E16", CultureInfo.InvariantCulture);

    private static string Text(ReadOnlySpan<byte> utf8)
    {
        var plain = !utf8.Contains((byte)0) && System.Text.Unicode.Utf8.IsValid(utf8);
        return plain ? Text(Encoding.UTF8.GetString(utf8)) : $"CAST(x'{Convert.ToHexStringLower(utf8)}' AS TEXT)";
    }
}
