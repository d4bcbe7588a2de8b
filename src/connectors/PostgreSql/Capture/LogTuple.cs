using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Records;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>One row as a message of the log tells it: for each column null, unchanged, or a text.</summary>
/// <remarks>Filled again for every row; holds a copy, for messages pass by.</remarks>
internal sealed class LogTuple
{
    private readonly List<(byte Kind, int Start, int Length)> _fields = [];
    private byte[] _bytes = new byte[1024];

    internal void Read(ref LogMessage message)
    {
        _fields.Clear();
        var used = 0;
        for (var left = message.Number16(); left > 0; left--)
        {
            var kind = message.Byte();
            if (kind != (byte)'t')
            {
                _fields.Add((kind, 0, 0));
                continue;
            }
            var text = message.Bytes((int)message.Number32());
            if (_bytes.Length < used + text.Length)
                Array.Resize(ref _bytes, Math.Max(used + text.Length, _bytes.Length * 2));
            text.CopyTo(_bytes.AsSpan(used));
            _fields.Add((kind, used, text.Length));
            used += text.Length;
        }
    }

    /// <summary>Whether a column is stored apart, has not changed, and is not told.</summary>
    internal bool IsUntold(int place) => _fields[place].Kind == (byte)'u';

    /// <summary>Appends a column's value; an untold one as null.</summary>
    internal void AppendTo(RecordBatch batch, Wire wire, int place)
    {
        var (kind, start, length) = _fields[place];
        if (kind == (byte)'t')
            LogText.Append(batch, wire, _bytes.AsSpan(start, length));
        else
            batch.AppendNull();
    }
}
