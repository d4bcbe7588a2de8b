using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Records;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>Appends a value that the log tells as text, as the kind in which its column travels.</summary>
internal static class LogText
{
    internal static void Append(RecordBatch batch, Wire wire, ReadOnlySpan<byte> text)
    {
        if (wire == Wire.Bool)
            batch.AppendInteger(text[0] == (byte)'t' ? 1 : 0);
        else if (wire.IsInteger)
            batch.AppendInteger(Utf8Parser.TryParse(text, out long value, out var used) && used == text.Length
                ? value
                : throw new InvalidDataException("The log tells an integer that is none."));
        else if (wire == Wire.Float4)
            batch.AppendReal(float.Parse(Encoding.ASCII.GetString(text), CultureInfo.InvariantCulture));
        else if (wire == Wire.Float8)
            batch.AppendReal(double.Parse(Encoding.ASCII.GetString(text), CultureInfo.InvariantCulture));
        else if (wire == Wire.Bytea)
            batch.AppendBytes(Convert.FromHexString(Encoding.ASCII.GetString(text[2..])));
        else if (wire == Wire.Padded)
            batch.AppendText(text.TrimEnd((byte)' '));
        else if (wire == Wire.Number)
            Numeral.Append(batch, text);
        else
            batch.AppendText(text);
    }
}
