using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;

namespace Godwit.Connectors.Sqlite;

/// <summary>The control row, and the removal of what a migration has installed.</summary>
internal static class SqliteControl
{
    internal static void Create(Database database, SqliteNames names)
    {
        database.Execute(
            $"""
            CREATE TABLE IF NOT EXISTS {Quote.Name(names.Control)}
            (id INTEGER PRIMARY KEY CHECK (id = 1), applying INTEGER NOT NULL, fenced INTEGER NOT NULL,
            forgotten INTEGER NOT NULL)
            """);
        database.Execute($"INSERT OR IGNORE INTO {Quote.Name(names.Control)} VALUES (1, 0, 0, 0)");
    }

    internal static bool Exists(Database database, string table, string schema = "main") =>
        database.Number($"SELECT count(*) FROM {schema}.sqlite_master WHERE name = {Quote.Text(table)}") > 0;

    internal static void DropTriggers(Database database, string prefix)
    {
        foreach (var name in Names(database, "trigger", prefix))
            database.Execute($"DROP TRIGGER {Quote.Name(name)}");
    }

    internal static void DropTables(Database database, params string[] tables)
    {
        foreach (var table in tables)
            database.Execute($"DROP TABLE IF EXISTS {Quote.Name(table)}");
    }

    /// <summary>Drops the control row when nothing else of this migration is left.</summary>
    internal static void DropWhenLast(Database database, SqliteNames names)
    {
        var left = Names(database, "table", names.Prefix).Concat(Names(database, "trigger", names.Prefix));
        if (left.All(name => name == names.Control))
            DropTables(database, names.Control);
    }

    private static List<string> Names(Database database, string type, string prefix)
    {
        var names = new List<string>();
        using var rows = database.Prepare(
            $"SELECT name FROM sqlite_master WHERE type = '{type}' AND "
            + $" substr(name, 1, {prefix.Length}) = {Quote.Text(prefix)}");
        while (rows.Step())
            names.Add(rows.String(0));
        return names;
    }
}
