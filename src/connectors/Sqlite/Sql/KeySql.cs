using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Sql;

/// <summary>Conditions over the key of a stream, and its columns as lists. Collations are those of the
/// columns.</summary>
internal static class KeySql
{
    internal static IEnumerable<ColumnSchema> Columns(StreamSchema schema) =>
        schema.KeyColumns.Select(index => schema.Columns[index]);

    internal static string List(StreamSchema schema, string row) =>
        string.Join(", ", Columns(schema).Select(column => $"{row}.{Name(column)}"));

    internal static string AllColumns(StreamSchema schema, string row) =>
        string.Join(", ", schema.Columns.Select(column => $"{row}.{Name(column)}"));

    /// <summary>Equal keys, where null equals null.</summary>
    /// <param name="other">What the i-th value is compared with.</param>
    internal static string Equal(StreamSchema schema, string row, Func<int, string> other) =>
        string.Join(" AND ", Columns(schema).Select((column, i) =>
            $"{row}.{Name(column)} {(column.Nullable ? "IS" : "=")} {other(i)}"));

    /// <summary>The range's condition. Its parameters are numbered: the values of From, then the values of
    /// To.</summary>
    internal static string Within(StreamSchema schema, string row, KeyRange range)
    {
        var width = schema.KeyColumns.Count;
        var terms = new List<string>(2);
        if (range.From is { } from)
            terms.Add(AtLeast(schema, row, from, first: 1));
        if (range.To is { } to)
            terms.Add(Below(schema, row, to, first: range.From is null ? 1 : 1 + width));
        return terms.Count == 0 ? "1" : string.Join(" AND ", terms);
    }

    /// <summary>The row number has no quotes: a quoted name that is no column would be a text.</summary>
    internal static string Name(ColumnSchema column) =>
        column.Role == ColumnRole.RowNumber ? column.Name : Quote.Name(column.Name);

    private static string AtLeast(StreamSchema schema, string row, Key from, int first)
    {
        var names = Names(schema, row);
        if (!Columns(schema).Any(column => column.Nullable))
            return $"({string.Join(", ", names)}) >= ({Parameters(first, names.Length)})";
        using var bound = from.ToBatch();
        return Chain(names.Length, (i, last) => bound.KindAt(0, i) == ValueKind.Null
            ? ("1", last ? "1" : $"{names[i]} IS NOT NULL")
            : ($"{names[i]} >= ?{first + i}", last ? "1" : $"{names[i]} > ?{first + i}"));
    }

    // Null is the lowest of all values, but every comparison with it is unknown: it needs terms of its own.
    private static string Below(StreamSchema schema, string row, Key to, int first)
    {
        var names = Names(schema, row);
        if (!Columns(schema).Any(column => column.Nullable))
            return $"({string.Join(", ", names)}) < ({Parameters(first, names.Length)})";
        using var bound = to.ToBatch();
        return Chain(names.Length, (i, _) => bound.KindAt(0, i) == ValueKind.Null
            ? ($"{names[i]} IS NULL", "0")
            : ($"({names[i]} <= ?{first + i} OR {names[i]} IS NULL)",
                $"({names[i]} < ?{first + i} OR {names[i]} IS NULL)"));
    }

    // a ≥ x AND (a > x OR (b ≥ y AND (b > y OR …))): the first term lets an index begin at the right place.
    private static string Chain(int width, Func<int, bool, (string Loose, string Strict)> term)
    {
        var (loose, strict) = term(width - 1, true);
        var text = $"({loose} AND {strict})";
        for (var i = width - 2; i >= 0; i--)
        {
            (loose, strict) = term(i, false);
            text = $"({loose} AND ({strict} OR {text}))";
        }
        return text;
    }

    private static string[] Names(StreamSchema schema, string row) =>
        [.. Columns(schema).Select(column => $"{row}.{Name(column)}")];

    private static string Parameters(int first, int count) =>
        string.Join(", ", Enumerable.Range(first, count).Select(i => $"?{i}"));
}
