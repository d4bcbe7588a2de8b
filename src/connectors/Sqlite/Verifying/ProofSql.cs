using System.Globalization;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Verifying;

/// <summary>The verifier's own way to ask for records in scope and for ranges of keys.</summary>
/// <remarks>
/// Deliberately not the copier's: bounds are spelled out as literals and column by column instead of row values and
/// parameters, and the scope goes from the tenant down by joins instead of from the record up.
/// </remarks>
internal static class ProofSql
{
    private const int KeysAtOnce = 200;

    internal static string Columns(StreamSchema schema) =>
        string.Join(", ", schema.Columns.Select(column => "r." + Name(column)));

    internal static string KeyColumns(StreamSchema schema) =>
        string.Join(", ", schema.KeyColumns.Select(index => "r." + Name(schema.Columns[index])));

    /// <summary>FROM and WHERE for the records in scope of a range.</summary>
    internal static string Source(ScopedStream stream, KeyRange range)
    {
        var from = $" FROM main.{Name(stream.Schema.Name)} AS r";
        var where = new List<string>();
        if (range.From is { } first)
            where.Add(Bound(stream.Schema, first, ">="));
        if (range.To is { } last)
            where.Add(Bound(stream.Schema, last, "<"));
        AddScope(stream, where);
        return where.Count == 0 ? from : $"{from} WHERE {string.Join(" AND ", where)}";
    }

    /// <summary>FROM and WHERE for the records in scope with some keys, a few hundred keys at a time.</summary>
    internal static IEnumerable<string> Sources(ScopedStream stream, RecordBatch keys)
    {
        var schema = stream.Schema;
        var where = schema.KeyColumns
            .Select((index, i) => $"r.{Name(schema.Columns[index])} IS wanted.column{i + 1}").ToList();
        AddScope(stream, where);
        for (var first = 0; first < keys.Count; first += KeysAtOnce)
        {
            var rows = Enumerable.Range(first, Math.Min(KeysAtOnce, keys.Count - first)).Select(record =>
                "(" + string.Join(", ", schema.KeyColumns.Select((_, i) => Literal(keys, record, i))) + ")");
            yield return $" FROM (VALUES {string.Join(", ", rows)}) AS wanted CROSS JOIN main.{Name(schema.Name)} AS r"
                + $" WHERE {string.Join(" AND ", where)}";
        }
    }

    private static void AddScope(ScopedStream stream, List<string> where)
    {
        switch (stream.Kind)
        {
            case ScopeKind.Everything:
                break;
            case ScopeKind.ByColumn:
                using (var tenant = stream.Tenant!.ToBatch())
                    where.Add($"r.{Name(stream.Schema.Columns[stream.TenantColumn])} = {Literal(tenant, 0, 0)}");
                break;
            case ScopeKind.ByParent:
                where.Add(Descent(stream));
                break;
            default:
                throw new InvalidOperationException($"Scope kind {stream.Kind}.");
        }
    }

    // r's own foreign key among those of its parents which, joined up to the one with the tenant's column, are the
    // tenant's.
    private static string Descent(ScopedStream stream)
    {
        var joins = new List<string>();
        var level = 0;
        var at = stream;
        string on = "";
        for (; at.Kind == ScopeKind.ByParent; at = at.Parent!, level++)
        {
            var child = level == 0 ? "r" : $"a{level - 1}";
            var link = at.Path!.Columns.Select((column, i) =>
                $"a{level}.{Name(at.Path.ParentColumns[i])} = {child}.{Name(column)}");
            if (level == 0)
                on = string.Join(" AND ", link);
            joins.Add(level == 0
                ? $"main.{Name(at.Parent!.Schema.Name)} AS a0"
                : $"JOIN main.{Name(at.Parent!.Schema.Name)} AS a{level} ON {string.Join(" AND ", link)}");
        }
        var top = $"a{level - 1}.{Name(at.Schema.Columns[at.TenantColumn])}";
        using var tenant = at.Tenant!.ToBatch();
        return $"EXISTS (SELECT 1 FROM {string.Join(' ', joins)} WHERE {on} AND {top} = {Literal(tenant, 0, 0)})";
    }

    private static string Bound(StreamSchema schema, Key bound, string side)
    {
        using var values = bound.ToBatch();
        var columns = schema.KeyColumns.Select(index => schema.Columns[index]).ToArray();
        var literals = columns.Select((_, i) => Literal(values, 0, i)).ToArray();
        if (Array.Exists(columns, column => column.Nullable))
            return (side == "<" ? "NOT " : "") + NullIsLowest(columns, literals);
        var names = columns.Select(column => "r." + Name(column));
        return $"({string.Join(", ", names)}) {side} ({string.Join(", ", literals)})";
    }

    // "At or after", for keys that may be null.
    private static string NullIsLowest(ColumnSchema[] columns, string[] literals)
    {
        var text = "1";
        for (var i = columns.Length - 1; i >= 0; i--)
        {
            var column = "r." + Name(columns[i]);
            text = literals[i] == "NULL"
                ? $"({column} IS NOT NULL OR {text})"
                : $"coalesce({column} > {literals[i]} OR ({column} = {literals[i]} AND {text}), 0)";
        }
        return text;
    }

    private static string Name(ColumnSchema column) =>
        column.Role == ColumnRole.RowNumber ? column.Name : Name(column.Name);

    private static string Name(string name) => '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';

    private static string Literal(RecordBatch batch, int record, int column) => batch.KindAt(record, column) switch
    {
        ValueKind.Null => "NULL",
        ValueKind.Integer => batch.IntegerAt(record, column).ToString(CultureInfo.InvariantCulture),
        ValueKind.Real when double.IsInfinity(batch.RealAt(record, column)) =>
            batch.RealAt(record, column) > 0 ? "1e999" : "-1e999",
        ValueKind.Real => batch.RealAt(record, column).ToString("E16", CultureInfo.InvariantCulture),
        ValueKind.Text => $"CAST(x'{Convert.ToHexString(batch.BytesAt(record, column))}' AS TEXT)",
        ValueKind.Bytes => $"x'{Convert.ToHexString(batch.BytesAt(record, column))}'",
        var kind => throw new InvalidOperationException($"Value kind {kind}."),
    };
}
