using System.Text;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Sql;

/// <summary>Conditions over the key of a stream, and its columns as lists.</summary>
internal static class KeySql
{
    private const int KeysAtOnce = 20_000;

    private static readonly string[] NoEquality =
        ["json", "xml", "point", "polygon", "line", "lseg", "box", "path", "circle"];

    internal static IEnumerable<ColumnSchema> Columns(StreamSchema schema) =>
        schema.KeyColumns.Select(index => schema.Columns[index]);

    /// <summary>The key's columns as they are.</summary>
    internal static string List(StreamSchema schema, string row) =>
        string.Join(", ", Columns(schema).Select(column => $"{row}.{Quote.Name(column.Name)}"));

    /// <summary>The key's columns as they travel.</summary>
    internal static string Select(StreamSchema schema, string row) =>
        string.Join(", ", Columns(schema).Select(column => Wire.Select(column, row)));

    /// <summary>All columns as they travel.</summary>
    internal static string SelectAll(StreamSchema schema, string row) =>
        string.Join(", ", schema.Columns.Select(column => Wire.Select(column, row)));

    /// <summary>All columns as they are.</summary>
    internal static string AllColumns(StreamSchema schema, string row) =>
        string.Join(", ", schema.Columns.Select(column => $"{row}.{Quote.Name(column.Name)}"));

    /// <summary>Equal keys, where null equals null, of a record and of one of <see cref="Unnest"/>'s.</summary>
    internal static string Equal(StreamSchema schema, string row, string keys) =>
        string.Join(" AND ", Columns(schema).Select((column, i) => Equal(column, row, $"{keys}.k{i}")));

    /// <summary>Equal keys of a record and of a row with <c>k0, k1, …</c> of the key's own types.</summary>
    internal static string Same(StreamSchema schema, string row, string keys) =>
        string.Join(" AND ", Columns(schema).Select((column, i) => Same(column, row, $"{keys}.k{i}")));

    /// <summary>Equal keys of two records.</summary>
    internal static string SameRecord(StreamSchema schema, string row, string other) =>
        string.Join(" AND ", Columns(schema).Select(column =>
            Same(column, row, $"{other}.{Quote.Name(column.Name)}")));

    /// <summary>As <see cref="Equal(StreamSchema, string, string)"/>, of one of the key's values and any column of
    /// its type.</summary>
    internal static string Equal(StreamSchema schema, int key, string name, string keys)
    {
        var column = schema.Columns[schema.KeyColumns[key]];
        return $"{name} = {Typed(column, $"{keys}.k{key}")}";
    }

    /// <summary>Keys as rows <c>k0, k1, …</c> called <c>k</c>, in parts that are not too large for one
    /// statement.</summary>
    /// <returns>For each part the place of its first key, and its rows, numbered by <c>n</c> from 1.</returns>
    internal static IEnumerable<(int From, string Rows)> Unnest(StreamSchema schema, RecordBatch keys)
    {
        for (var from = 0; from < keys.Count; from += KeysAtOnce)
            yield return (from, Rows(schema, keys, from, Math.Min(KeysAtOnce, keys.Count - from)));
    }

    /// <summary>The range's condition, in the order that the key's columns have here.</summary>
    internal static string Within(StreamSchema schema, string row, KeyRange range)
    {
        if (range.From is null && range.To is null)
            return "true";
        var names = $"({string.Join(", ", Columns(schema).Select(column => Ordered(column, row)))})";
        var terms = new List<string>(2);
        if (range.From is { } from)
            terms.Add($"{names} >= ({Literals(schema, from)})");
        if (range.To is { } to)
            terms.Add($"{names} < ({Literals(schema, to)})");
        return string.Join(" AND ", terms);
    }

    /// <summary>Whether values of a type can be compared for equality by the server.</summary>
    internal static bool HasEquality(ColumnSchema column) =>
        !NoEquality.Contains(column.Type.Replace("[]", "", StringComparison.Ordinal), StringComparer.Ordinal);

    // A text without a collation is ordered by its bytes, also where another family's target has made it otherwise.
    private static string Ordered(ColumnSchema column, string row) =>
        $"{row}.{Quote.Name(column.Name)}"
        + (Wire.Of(column) == Wire.Utf8 && column.Collation is null ? " COLLATE \"C\"" : "");

    private static string Equal(ColumnSchema column, string row, string value)
    {
        var name = $"{row}.{Quote.Name(column.Name)}";
        if (!HasEquality(column))
            return $"{name}::text IS NOT DISTINCT FROM {value}";
        var typed = Typed(column, value);
        return column.Nullable ? $"{name} IS NOT DISTINCT FROM {typed}" : $"{name} = {typed}";
    }

    private static string Same(ColumnSchema column, string row, string value)
    {
        var name = $"{row}.{Quote.Name(column.Name)}";
        return !HasEquality(column) ? $"{name}::text IS NOT DISTINCT FROM {value}::text"
            : column.Nullable ? $"{name} IS NOT DISTINCT FROM {value}"
            : $"{name} = {value}";
    }

    private static string Typed(ColumnSchema column, string value)
    {
        var wire = Wire.Of(column);
        return wire == Wire.Bool ? $"{value}::int::boolean"
            : wire.IsInteger ? value
            : $"{value}::{column.Type}";
    }

    private static string Rows(StreamSchema schema, RecordBatch keys, int from, int count)
    {
        var columns = Columns(schema).ToList();
        var text = new StringBuilder("unnest(");
        for (var i = 0; i < columns.Count; i++)
            AppendArray(text.Append(i > 0 ? ", " : ""), keys, i, Wire.Of(columns[i]).ArrayType, from, count);
        var names = string.Join(", ", Enumerable.Range(0, columns.Count).Select(i => $"k{i}"));
        return text.Append($") WITH ORDINALITY AS k({names}, n)").ToString();
    }

    private static string Literals(StreamSchema schema, Key key)
    {
        using var batch = key.ToBatch();
        return string.Join(", ", Columns(schema).Select((column, i) => Quote.Value(batch, 0, i, column)));
    }

    private static void AppendArray(StringBuilder text, RecordBatch keys, int column, string type, int from, int count)
    {
        text.Append("'{");
        for (var i = from; i < from + count; i++)
        {
            if (i > from)
                text.Append(',');
            if (keys.KindAt(i, column) == ValueKind.Null)
                text.Append("NULL");
            else if (keys.KindAt(i, column) == ValueKind.Integer)
                text.Append(keys.IntegerAt(i, column));
            else
                AppendElement(text, Quote.Plain(keys, i, column));
        }
        text.Append("}'::").Append(type).Append("[]");
    }

    private static void AppendElement(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var one in value)
        {
            if (one is '"' or '\\')
                text.Append('\\');
            else if (one == '\'')
                text.Append('\'');
            text.Append(one);
        }
        text.Append('"');
    }
}
