using System.Buffers;
using System.Buffers.Text;
using Godwit.Core.Records;

namespace Godwit.Connectors.PostgreSql.Copying;

/// <summary>Writes records in the text format of COPY, which every type's input function understands.</summary>
/// <remarks>Buffers are bounded: what <see cref="Append"/> has made is sent before the next batch is
/// appended.</remarks>
internal sealed class CopyText
{
    private static readonly SearchValues<byte> Special = SearchValues.Create("\\\n\r\t\b\f\v"u8);

    private readonly ArrayBufferWriter<byte> _buffer = new(1 << 16);

    internal ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    internal void Clear() => _buffer.ResetWrittenCount();

    /// <summary>Appends one record, some of its columns.</summary>
    internal void Append(RecordBatch batch, int record, int columns)
    {
        for (var column = 0; column < columns; column++)
        {
            if (column > 0)
                Add((byte)'\t');
            AppendValue(batch, record, column);
        }
        Add((byte)'\n');
    }

    private void AppendValue(RecordBatch batch, int record, int column)
    {
        switch (batch.KindAt(record, column))
        {
            case ValueKind.Null:
                _buffer.Write("\\N"u8);
                break;
            case ValueKind.Integer:
                var space = _buffer.GetSpan(20);
                Utf8Formatter.TryFormat(batch.IntegerAt(record, column), space, out var length);
                _buffer.Advance(length);
                break;
            case ValueKind.Real:
                foreach (var one in Sql.Quote.Real(batch.RealAt(record, column)))
                    Add((byte)one);
                break;
            case ValueKind.Text:
                AppendEscaped(batch.BytesAt(record, column));
                break;
            case ValueKind.Bytes:
                AppendHex(batch.BytesAt(record, column));
                break;
            default:
                throw new InvalidOperationException($"Value kind {batch.KindAt(record, column)} cannot be written.");
        }
    }

    private void AppendEscaped(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var special = text.IndexOfAny(Special);
            if (special < 0)
                break;
            _buffer.Write(text[..special]);
            Add((byte)'\\');
            Add(text[special] switch
            {
                (byte)'\n' => (byte)'n',
                (byte)'\r' => (byte)'r',
                (byte)'\t' => (byte)'t',
                (byte)'\b' => (byte)'b',
                (byte)'\f' => (byte)'f',
                (byte)'\v' => (byte)'v',
                var backslash => backslash,
            });
            text = text[(special + 1)..];
        }
        _buffer.Write(text);
    }

    private void AppendHex(ReadOnlySpan<byte> bytes)
    {
        _buffer.Write("\\\\x"u8);
        while (!bytes.IsEmpty)
        {
            var part = bytes[..Math.Min(bytes.Length, 1 << 15)];
            var space = _buffer.GetSpan(part.Length * 2);
            Convert.TryToHexStringLower(part, space, out var written);
            _buffer.Advance(written);
            bytes = bytes[part.Length..];
        }
    }

    private void Add(byte one)
    {
        _buffer.GetSpan(1)[0] = one;
        _buffer.Advance(1);
    }
}
