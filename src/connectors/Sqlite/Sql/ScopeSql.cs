using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Sql;

/// <summary>The rule that says which records are moved, as a condition. Never null for a record in scope.</summary>
internal static class ScopeSql
{
    /// <summary>For a record that is at hand: looks up its parents one by one.</summary>
    /// <param name="row">What the record is called: a table's alias, NEW or OLD.</param>
    internal static string OfRow(ScopedStream stream, string row) => OfRow(stream, row, depth: 0);

    /// <summary>For many records at once: SQLite may start from the parents and find the records by an index.</summary>
    /// <param name="schema">Which of the attached databases: the main one, unless two are at hand.</param>
    internal static string OfMany(ScopedStream stream, string row, string schema = "main") => stream.Kind switch
    {
        ScopeKind.Everything => "1",
        ScopeKind.ByColumn => Column(stream, row),
        ScopeKind.ByParent =>
            $"({Columns(stream.Path!.Columns, row)}) IN (SELECT {Quote.Names(stream.Path.ParentColumns)}"
            + $" FROM {schema}.{Quote.Name(stream.Parent!.Schema.Name)} WHERE {OfMany(stream.Parent, "", schema)})",
        _ => throw new InvalidOperationException($"Scope kind {stream.Kind}."),
    };

    /// <summary>Whether the parent that decides about a record exists at all, whoever it belongs to.</summary>
    internal static string HasParent(ScopedStream stream, string row) =>
        $"EXISTS(SELECT 1 FROM {Quote.Name(stream.Parent!.Schema.Name)} AS p0 WHERE {Join(stream.Path!, "p0", row)})";

    /// <summary>The foreign key's condition. The parent's columns come first: their collation and affinity
    /// count.</summary>
    internal static string Join(ForeignKey path, string parent, string child) =>
        string.Join(" AND ", path.Columns.Select((column, i) =>
            $"{Dot(parent)}{Quote.Name(path.ParentColumns[i])} = {Dot(child)}{Quote.Name(column)}"));

    private static string OfRow(ScopedStream stream, string row, int depth) => stream.Kind switch
    {
        ScopeKind.Everything => "1",
        ScopeKind.ByColumn => Column(stream, row),
        ScopeKind.ByParent =>
            $"EXISTS(SELECT 1 FROM {Quote.Name(stream.Parent!.Schema.Name)} AS p{depth}"
            + $" WHERE {Join(stream.Path!, $"p{depth}", row)} AND {OfRow(stream.Parent, $"p{depth}", depth + 1)})",
        _ => throw new InvalidOperationException($"Scope kind {stream.Kind}."),
    };

    private static string Column(ScopedStream stream, string row) =>
        $"{Dot(row)}{Quote.Name(stream.Schema.Columns[stream.TenantColumn].Name)} = {Quote.Value(stream.Tenant!)}";

    private static string Columns(IEnumerable<string> columns, string row) =>
        string.Join(", ", columns.Select(column => Dot(row) + Quote.Name(column)));

    private static string Dot(string row) => row.Length == 0 ? "" : row + ".";
}
