using Godwit.Connectors.Sqlite.Sql;
using Godwit.Connectors.Sqlite.Writing;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>Writes the statements that make tables whose definitions come from another family.</summary>
/// <remarks>Foreign keys come with the table, because SQLite cannot add them later; they do not hold for Godwit's own
/// writes.</remarks>
internal static class DesignWriter
{
    internal static SchemaModel Write(IReadOnlyList<TableDesign> tables) => new(
        SqliteStore.Family,
        [.. tables.Select(Table)],
        [.. tables.SelectMany(table => table.Outline.Indexes.Select(index => Index(table.Schema, index)))],
        new Dictionary<string, string> { [TargetFile.JournalMode] = "wal" });

    private static string Table(TableDesign table)
    {
        var schema = table.Schema;
        var isRowNumber = schema.KeyColumns.Count == 1
            && schema.Columns[schema.KeyColumns[0]].Type == "INTEGER";
        var lines = schema.Columns.Select((column, at) => Column(
            column, table.Outline.Columns[at], table.Types[at], schema.KeyColumns.Contains(at), isRowNumber)).ToList();
        if (!isRowNumber)
            lines.Add($"PRIMARY KEY ({Quote.Names(KeySql.Columns(schema).Select(one => one.Name))})");
        lines.AddRange(table.Outline.References.Select(Reference));
        return $"CREATE TABLE {Quote.Name(schema.Name)} (\n  {string.Join(",\n  ", lines)}\n)";
    }

    private static string Column(
        ColumnSchema column, ColumnOutline outline, NeutralType type, bool isKey, bool isRowNumber)
    {
        var line = $"{Quote.Name(column.Name)} {column.Type}";
        if (isKey && isRowNumber)
            return $"{line} PRIMARY KEY{(outline.Counter is null ? "" : " AUTOINCREMENT")}";
        if (!column.Nullable || isKey)
            line += " NOT NULL";
        return outline.Default is { } value ? $"{line} DEFAULT {Default(value, type)}" : line;
    }

    // In the form in which the other family gives it back.
    private static string Default(string value, NeutralType type) =>
        value == "CURRENT_TIMESTAMP" && type.Kind == NeutralKind.TimestampWithZone
            ? "(strftime('%Y-%m-%d %H:%M:%S', 'now') || '+00')"
            : value;

    private static string Reference(ReferenceOutline reference) =>
        $"FOREIGN KEY ({Quote.Names(reference.Key.Columns)}) REFERENCES {Quote.Name(reference.Key.Parent)}"
        + $" ({Quote.Names(reference.Key.ParentColumns)}) ON UPDATE {reference.OnUpdate}"
        + $" ON DELETE {reference.OnDelete}";

    private static string Index(StreamSchema schema, IndexOutline index) =>
        $"CREATE {(index.IsUnique ? "UNIQUE " : "")}INDEX {Quote.Name(index.Name)} ON {Quote.Name(schema.Name)}"
        + $" ({Quote.Names(index.Columns)})";
}
