using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Redis.Rows;

/// <summary>Values of rows as they stand in hashes: numbers in digits, text and bytes as they are, null not at
/// all.</summary>
internal static class RowText
{
    private static readonly string[] IntegerTypes = ["int", "serial"];

    /// <summary>Null for a null.</summary>
    internal static byte[]? Of(RecordBatch batch, int record, int column) => batch.KindAt(record, column) switch
    {
        ValueKind.Null => null,
        ValueKind.Integer => Encoding.ASCII.GetBytes(
            batch.IntegerAt(record, column).ToString(CultureInfo.InvariantCulture)),
        ValueKind.Real => Encoding.ASCII.GetBytes(
            batch.RealAt(record, column).ToString("R", CultureInfo.InvariantCulture)),
        _ => batch.BytesAt(record, column).ToArray(),
    };

    /// <summary>Whether a part of a name can be a value of a key's column.</summary>
    internal static bool IsReadable(ColumnSchema column, byte[] text) =>
        !IsInteger(column) || (Utf8Parser.TryParse(text, out long _, out var used) && used == text.Length);

    /// <summary>Appends such a value.</summary>
    internal static void Append(RecordBatch keys, ColumnSchema column, byte[] text)
    {
        if (IsInteger(column) && Utf8Parser.TryParse(text, out long number, out _))
            keys.AppendInteger(number);
        else
            keys.AppendText(text);
    }

    private static bool IsInteger(ColumnSchema column) => IntegerTypes.Any(
        one => column.Type.Contains(one, StringComparison.OrdinalIgnoreCase));
}
