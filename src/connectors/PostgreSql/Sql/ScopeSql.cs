using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Sql;

/// <summary>The rule that says which records are moved, as a condition.</summary>
internal static class ScopeSql
{
    internal static string Of(ScopedStream stream, string row) => Of(stream, row, depth: 0);

    /// <summary>As <see cref="Of(ScopedStream, string)"/>, and also records whose parent is not here at all.</summary>
    /// <remarks>
    /// Parents and children come in batches that were read at different times, so a child may be here before its
    /// parent. Where others write, a foreign key keeps them from making such a record: it can only be ours.
    /// </remarks>
    internal static string OfOursHere(ScopedStream stream, string row) => stream.Kind == ScopeKind.ByParent
        ? $"({Of(stream, row)} OR NOT EXISTS(SELECT 1 FROM {Quote.Table(stream.Parent!.Schema)} AS o"
            + $" WHERE {Join(stream.Path!, "o", row)}))"
        : Of(stream, row);

    /// <summary>Whether the parent that decides about a record exists at all, whoever it belongs to.</summary>
    internal static string HasParent(ScopedStream stream, string row) =>
        $"EXISTS(SELECT 1 FROM {Quote.Table(stream.Parent!.Schema)} AS o WHERE {Join(stream.Path!, "o", row)})";

    internal static string Join(ForeignKey path, string parent, string child) =>
        string.Join(" AND ", path.Columns.Select((column, i) =>
            $"{parent}.{Quote.Name(path.ParentColumns[i])} = {child}.{Quote.Name(column)}"));

    private static string Of(ScopedStream stream, string row, int depth) => stream.Kind switch
    {
        ScopeKind.Everything => "true",
        ScopeKind.ByColumn => Column(stream, row),
        ScopeKind.ByParent =>
            $"EXISTS(SELECT 1 FROM {Quote.Table(stream.Parent!.Schema)} AS p{depth}"
            + $" WHERE {Join(stream.Path!, $"p{depth}", row)} AND {Of(stream.Parent, $"p{depth}", depth + 1)})",
        _ => throw new InvalidOperationException($"Scope kind {stream.Kind}."),
    };

    private static string Column(ScopedStream stream, string row)
    {
        using var tenant = stream.Tenant!.ToBatch();
        var column = stream.Schema.Columns[stream.TenantColumn];
        return $"{row}.{Quote.Name(column.Name)} = {Quote.Value(tenant, 0, 0, column)}";
    }
}
