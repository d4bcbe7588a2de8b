using System.Text.RegularExpressions;
using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>Reads what is defined for tables, as far as another family can say it too.</summary>
internal static partial class OutlineReader
{
    internal static IReadOnlyList<TableOutline> Read(Database database, IReadOnlyList<ScopedStream> streams)
    {
        var tables = SchemaReader.Tables(database);
        return
        [
            .. streams.Select(stream => Outline(
                database, stream.Schema, tables.First(table => table.Name == stream.Schema.Name))),
        ];
    }

    private static TableOutline Outline(Database database, StreamSchema schema, TableShape table)
    {
        var leftOut = table.Columns.Where(one => one.Generated).Select(one => $"the generated column {one.Name}")
            .ToList();
        var columns = schema.Columns.Select(column => Column(table, column, leftOut)).ToList();
        var plain = new List<IndexOutline>();
        foreach (var index in table.Indexes.Where(index => !index.OfPrimaryKey))
        {
            if (IsPlain(index))
                plain.Add(new IndexOutline(
                    index.GivenName(table.Name), index.Unique, [.. index.Terms.Select(one => one.Column!)]));
            else
                leftOut.Add($"the index {index.Name}");
        }
        leftOut.AddRange(Others(database, table));
        return new TableOutline(schema.Name, columns, plain, References(database, table), leftOut);
    }

    private static ColumnOutline Column(TableShape table, ColumnSchema column, List<string> leftOut)
    {
        if (column.Role == ColumnRole.RowNumber || column.Name == table.RowIdAlias?.Name)
            return new ColumnOutline(column.Name, null, table.Name);
        var expression = table.Column(column.Name)?.Default;
        var value = expression is null ? null : Literal(expression);
        if (value is null && expression is not null)
            leftOut.Add($"the default of {column.Name}");
        return new ColumnOutline(column.Name, value, null);
    }

    private static bool IsPlain(IndexShape index) => index.Where is null && index.Terms.All(term =>
        term.Column is not null && string.Equals(term.Collation, "BINARY", StringComparison.OrdinalIgnoreCase));

    private static IReadOnlyList<ReferenceOutline> References(Database database, TableShape table)
    {
        var actions = new List<(string Delete, string Update)>();
        using var rows = database.Prepare(
            $"SELECT on_delete, on_update FROM pragma_foreign_key_list({Quote.Text(table.Name)}, 'main')"
            + " GROUP BY id ORDER BY id");
        while (rows.Step())
            actions.Add((rows.String(0), rows.String(1)));
        return
        [
            .. table.ForeignKeys.Select((key, at) =>
                new ReferenceOutline(key, actions[at].Delete, actions[at].Update)),
        ];
    }

    private static IEnumerable<string> Others(Database database, TableShape table)
    {
        if (SqlScanner.Tokens(table.Sql).Any(token =>
            table.Sql.AsSpan(token.Start, token.End - token.Start).Equals("CHECK", StringComparison.OrdinalIgnoreCase)))
        {
            yield return "its CHECK constraints";
        }
        using var rows = database.Prepare(
            $"""
            SELECT type || ' ' || name FROM main.sqlite_master WHERE
            (type = 'trigger' AND tbl_name = {Quote.Text(table.Name)} COLLATE NOCASE
              OR type = 'view' AND instr(lower(sql), lower({Quote.Text(table.Name)})) > 0)
            AND substr(name, 1, {SqliteNames.Everyone.Length}) <> '{SqliteNames.Everyone}' ORDER BY type, name
            """);
        while (rows.Step())
            yield return $"the {rows.String(0)}";
    }

    /// <summary>A default in words that others understand too; null when it has none.</summary>
    private static string? Literal(string expression)
    {
        var text = expression.Trim();
        return text.ToUpperInvariant() switch
        {
            "NULL" or "CURRENT_TIMESTAMP" => text.ToUpperInvariant(),
            "TRUE" => "1",
            "FALSE" => "0",
            _ => Constant().IsMatch(text) ? text : null,
        };
    }

    [GeneratedRegex(@"^([+-]?[0-9]+(\.[0-9]+)?|'([^']|'')*')$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Constant();
}
