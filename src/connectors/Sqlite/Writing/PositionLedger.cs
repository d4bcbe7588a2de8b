using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Positions;

namespace Godwit.Connectors.Sqlite.Writing;

/// <summary>How far changes have been applied: written in the transaction that applies them.</summary>
internal static class PositionLedger
{
    internal static void Create(Database database, SqliteNames names) => database.Execute(
        $"""
        CREATE TABLE IF NOT EXISTS {Quote.Name(names.Position)}
        (id INTEGER PRIMARY KEY CHECK (id = 1), position TEXT NOT NULL)
        """);

    internal static Position? Read(Database database, SqliteNames names) =>
        SqliteControl.Exists(database, names.Position)
        && database.Text($"SELECT position FROM {Quote.Name(names.Position)}") is { } text
            ? Position.Parse(text)
            : null;

    internal static void Write(Database database, SqliteNames names, Position position)
    {
        Create(database, names);
        database.Execute($"REPLACE INTO {Quote.Name(names.Position)} VALUES (1, '{position}')");
    }
}
