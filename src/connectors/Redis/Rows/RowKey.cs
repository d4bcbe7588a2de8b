using System.Text;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Redis.Rows;

/// <summary>How rows of a table are named as keys: text with the table's columns in braces, as
/// <c>user:{id}</c>.</summary>
internal sealed class RowKey
{
    private readonly List<(string Literal, int Column)> _parts = [];

    private RowKey(string pattern) => Pattern = pattern;

    internal string Pattern { get; }

    /// <summary>What SCAN is asked for.</summary>
    internal string Glob { get; private set; } = "";

    /// <summary>Indexes of the columns that the name holds.</summary>
    internal IEnumerable<int> Columns => _parts.Where(one => one.Column >= 0).Select(one => one.Column);

    /// <summary>Whether patterns of a move name rows by columns in braces; others name keys, and those may have braces
    /// too.</summary>
    internal static bool IsPattern(IReadOnlyList<string> patterns) => patterns.Any(
        one => one.Contains('{', StringComparison.Ordinal) && one.IndexOfAny(['*', '?', '[']) < 0);

    /// <summary>Reads a pattern for a table.</summary>
    /// <param name="why">What is wrong with it, for people; null when nothing is.</param>
    internal static RowKey? Read(string pattern, StreamSchema schema, out string? why)
    {
        var key = new RowKey(pattern);
        why = key.Parse(schema);
        if (why is not null)
            return null;
        var missing = schema.KeyColumns.Where(one => !key.Columns.Contains(one)).ToList();
        if (missing.Count > 0)
            why = $"It does not name the key's column {schema.Columns[missing[0]].Name}: rows would meet in one key";
        var others = key.Columns.Where(one => !schema.KeyColumns.Contains(one)).ToList();
        if (why is null && others.Count > 0)
            why = $"{schema.Columns[others[0]].Name} is no column of the table's key: a name would change with its row";
        return why is null ? key : null;
    }

    /// <summary>The name of a row.</summary>
    /// <param name="keys">Holds the columns of the table's key.</param>
    /// <param name="at">Where each column of the table is in the batch.</param>
    internal byte[] Of(RecordBatch keys, int record, Func<int, int> at)
    {
        var name = new List<byte>(Pattern.Length + 16);
        foreach (var (literal, column) in _parts)
        {
            name.AddRange(Encoding.UTF8.GetBytes(literal));
            if (column >= 0)
                name.AddRange(RowText.Of(keys, record, at(column)) ?? []);
        }
        return [.. name];
    }

    /// <summary>The row that a name stands for.</summary>
    /// <param name="keys">Gets its key when it is one.</param>
    internal bool TryRead(byte[] name, StreamSchema schema, RecordBatch keys)
    {
        var values = new Dictionary<int, byte[]>();
        var at = 0;
        for (var i = 0; i < _parts.Count; i++)
        {
            var (literal, column) = _parts[i];
            var expected = Encoding.UTF8.GetBytes(literal);
            if (!name.AsSpan(at).StartsWith(expected))
                return false;
            at += expected.Length;
            if (column < 0)
                continue;
            var next = i + 1 < _parts.Count ? Encoding.UTF8.GetBytes(_parts[i + 1].Literal) : [];
            var length = next.Length == 0 ? name.Length - at : name.AsSpan(at).IndexOf(next);
            if (length < 0)
                return false;
            values[column] = name[at..(at + length)];
            at += length;
        }
        if (at != name.Length
            || !schema.KeyColumns.All(column => RowText.IsReadable(schema.Columns[column], values[column])))
            return false;
        foreach (var column in schema.KeyColumns)
            RowText.Append(keys, schema.Columns[column], values[column]);
        keys.EndRecord();
        return true;
    }

    private string? Parse(StreamSchema schema)
    {
        var (rest, glob) = (Pattern, new StringBuilder());
        while (rest.Length > 0)
        {
            var open = rest.IndexOf('{', StringComparison.Ordinal);
            var close = open < 0 ? -1 : rest.IndexOf('}', open);
            var literal = close < 0 ? rest : rest[..open];
            foreach (var one in literal)
                glob.Append(one is '*' or '?' or '[' or '\\' ? $"\\{one}" : one);
            if (close < 0)
            {
                _parts.Add((literal, -1));
                break;
            }
            var column = schema.ColumnNamed(rest[(open + 1)..close]);
            if (column < 0)
                return $"The table {schema.Name} has no column {rest[(open + 1)..close]}";
            if (_parts.Count > 0 && literal.Length == 0)
                return "Two columns follow on each other without anything between them";
            _parts.Add((literal, column));
            glob.Append('*');
            rest = rest[(close + 1)..];
        }
        Glob = glob.ToString();
        return _parts.Exists(one => one.Column >= 0) ? null : "It names no column in braces";
    }
}
