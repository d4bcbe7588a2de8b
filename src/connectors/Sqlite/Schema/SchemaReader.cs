using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>Reads how tables are defined. Godwit's own and SQLite's own are left out.</summary>
internal static class SchemaReader
{
    private static readonly string[] ShadowEndings =
    [
        "_content", "_segments", "_segdir", "_docsize", "_stat", "_data", "_idx", "_config", "_node", "_rowid",
        "_parent",
    ];

    /// <summary>Names of the ordinary tables, in the order in which they were made.</summary>
    internal static IReadOnlyList<string> TableNames(Database database)
    {
        var virtuals = VirtualNames(database);
        var shadows = ShadowNames(database, virtuals);
        var all = Names(database, "type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'");
        return [.. all.Where(name => !shadows.Contains(name))];
    }

    internal static IReadOnlyList<string> VirtualNames(Database database) =>
        Names(database, "type = 'table' AND sql LIKE 'CREATE VIRTUAL%'");

    /// <summary>Tables that virtual tables keep their data in.</summary>
    internal static IReadOnlySet<string> ShadowNames(Database database, IReadOnlyList<string> virtuals) =>
        Names(database, "type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
            .Where(name => virtuals.Any(owner => ShadowEndings.Any(ending =>
                string.Equals(name, owner + ending, StringComparison.OrdinalIgnoreCase))))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

    internal static IReadOnlyList<TableShape> Tables(Database database) =>
        WithParentKeys([.. TableNames(database).Select(name => Table(database, name))]);

    /// <summary>One table; null when there is none of that name.</summary>
    internal static TableShape? Find(Database database, string name)
    {
        var found = TableNames(database).FirstOrDefault(
            one => string.Equals(one, name, StringComparison.OrdinalIgnoreCase));
        return found is null ? null : Table(database, found);
    }

    private static TableShape Table(Database database, string name)
    {
        var columns = Columns(database, name);
        var indexes = IndexReader.Read(database, name);
        var withoutRowId = database.Number($"SELECT count(*) FROM pragma_index_info({Quote.Text(name)})") > 0;
        var keys = columns.Where(column => column.KeyPlace > 0).ToArray();
        var alias = !withoutRowId && keys.Length == 1 && !indexes.Any(index => index.OfPrimaryKey)
            && string.Equals(keys[0].Type, "INTEGER", StringComparison.OrdinalIgnoreCase) ? keys[0] : null;
        return new TableShape
        {
            Name = name,
            Sql = Sql(database, "table", name),
            Columns = columns,
            Indexes = indexes,
            ForeignKeys = ForeignKeys(database, name),
            WithoutRowId = withoutRowId,
            Strict = IsStrict(database, name),
            Automatic = alias is not null && database.ColumnFacts(name, alias.Name).Automatic,
            RowIdAlias = alias,
            RowIdName = withoutRowId ? null : alias?.Name ?? FreeRowIdName(columns),
        };
    }

    internal static string Sql(Database database, string type, string name) => database.Text(
        $"SELECT sql FROM main.sqlite_master WHERE type = '{type}' AND name = {Quote.Text(name)}") ?? "";

    private static List<ColumnShape> Columns(Database database, string table)
    {
        var columns = new List<ColumnShape>();
        using var rows = database.Prepare(
            $"SELECT name, type, \"notnull\", dflt_value, pk, hidden "
            + $" FROM pragma_table_xinfo({Quote.Text(table)}, 'main')");
        while (rows.Step())
        {
            var name = rows.String(0);
            columns.Add(new ColumnShape(
                name, rows.String(1), rows.Integer(2) != 0, rows.StringOrNull(3), (int)rows.Integer(4),
                Generated: rows.Integer(5) >= 2, database.ColumnFacts(table, name).Collation));
        }
        return columns;
    }

    private static List<ForeignKey> ForeignKeys(Database database, string table)
    {
        var parts = new List<(long Id, string Parent, string From, string? To)>();
        using var rows = database.Prepare(
            $"SELECT id, \"table\", \"from\", \"to\" "
            + $" FROM pragma_foreign_key_list({Quote.Text(table)}, 'main') ORDER BY id, seq");
        while (rows.Step())
            parts.Add((rows.Integer(0), rows.String(1), rows.String(2), rows.StringOrNull(3)));
        return [.. parts.GroupBy(part => part.Id).Select(one => new ForeignKey(
            [.. one.Select(part => part.From)],
            one.First().Parent,
            [.. one.Where(part => part.To is not null).Select(part => part.To!)]))];
    }

    // A foreign key that names no columns refers to the parent's primary key, and spells the parent as it likes.
    private static TableShape[] WithParentKeys(TableShape[] tables) =>
    [
        .. tables.Select(table => table with
        {
            ForeignKeys =
            [
                .. from key in table.ForeignKeys
                   let parent = Array.Find(
                       tables, one => string.Equals(one.Name, key.Parent, StringComparison.OrdinalIgnoreCase))
                   select parent is null ? key : key with
                   {
                       Parent = parent.Name,
                       ParentColumns = key.ParentColumns.Count > 0
                           ? [.. key.ParentColumns.Select(name => parent.Column(name)?.Name ?? name)]
                           : [.. parent.PrimaryKey.Select(column => column.Name)],
                   },
            ],
        }),
    ];

    private static bool IsStrict(Database database, string name) =>
        Sqlite3.sqlite3_libversion_number() >= 3_037_000
        && database.Number($"SELECT strict FROM pragma_table_list({Quote.Text(name)}) WHERE schema = 'main'") == 1;

    private static string? FreeRowIdName(List<ColumnShape> columns) =>
        Array.Find(["rowid", "_rowid_", "oid"], name => !columns.Exists(
            column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase)));

    private static List<string> Names(Database database, string which)
    {
        var names = new List<string>();
        using var rows = database.Prepare(
            $"""
            SELECT name FROM main.sqlite_master
            WHERE {which} AND substr(name, 1, 8) <> '_godwit_' AND substr(lower(name), 1, 7) <> 'sqlite_'
            ORDER BY rowid
            """);
        while (rows.Step())
            names.Add(rows.String(0));
        return names;
    }
}
