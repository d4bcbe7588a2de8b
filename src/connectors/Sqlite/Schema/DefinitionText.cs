using System.Text;

namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>A table's definition line by line, without regard to how its SQL was written.</summary>
internal static class DefinitionText
{
    internal static string Of(TableShape table)
    {
        var text = new StringBuilder();
        foreach (var column in table.Columns)
            text.Append(Column(column)).Append('\n');
        text.Append("primary key ").AppendJoin(", ", table.PrimaryKey.Select(column => Lower(column.Name)));
        text.Append(table.RowIdAlias is null ? "" : " as row number").Append('\n');
        text.Append(table.WithoutRowId ? "without rowid\n" : "").Append(table.Strict ? "strict\n" : "");
        foreach (var key in table.ForeignKeys.Select(ForeignKey).Order(StringComparer.Ordinal))
            text.Append(key).Append('\n');
        foreach (var key in table.Indexes.Where(one => one is { Unique: true, OfPrimaryKey: false })
            .Select(Unique).Order(StringComparer.Ordinal))
        {
            text.Append(key).Append('\n');
        }
        return text.ToString();
    }

    private static string Column(ColumnShape column) =>
        $"column {Lower(column.Name)} {column.Type.ToUpperInvariant()}"
        + (column.NotNull ? " not null" : "")
        + (column.Generated ? " generated" : "")
        + $" collate {column.Collation.ToUpperInvariant()}";

    private static string ForeignKey(Core.Schemas.ForeignKey key) =>
        $"foreign key {Lower(string.Join(", ", key.Columns))} to {Lower(key.Parent)}"
        + $" ({Lower(string.Join(", ", key.ParentColumns))})";

    private static string Unique(IndexShape index) =>
        "unique " + string.Join(", ", index.Terms.Select(term =>
            Lower(term.Column ?? term.Expression ?? "rowid") + " collate " + term.Collation.ToUpperInvariant()))
        + (index.Where is null ? "" : $" where {index.Where}");

    private static string Lower(string name) => name.ToLowerInvariant();
}
