using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Positions;

namespace Godwit.Connectors.Sqlite.Capture;

/// <summary>The journal of touched keys that the capture triggers fill, in each writer's own transaction.</summary>
internal static class CaptureJournal
{
    internal static void Create(Database database, SqliteNames names, int width)
    {
        // AUTOINCREMENT: a sequence never comes again after the journal has been emptied. Key columns have no type, so
        // that every value keeps its storage class.
        database.Execute(
            $"""
            CREATE TABLE IF NOT EXISTS {Quote.Name(names.Changes)}
            (seq INTEGER PRIMARY KEY AUTOINCREMENT, stream INTEGER NOT NULL, moved INTEGER NOT NULL,
            at REAL NOT NULL DEFAULT (julianday('now')), {Columns(width)})
            """);
    }

    internal static string Columns(int width) => string.Join(", ", Enumerable.Range(0, width).Select(i => $"k{i}"));

    /// <summary>How many key columns the journal has; 0 when there is none.</summary>
    internal static int Width(Database database, SqliteNames names) => (int)(database.Number(
        $"SELECT count(*) FROM pragma_table_info({Quote.Text(names.Changes)}) WHERE name GLOB 'k[0-9]*'") ?? 0);

    /// <summary>The last change that was ever journalled, as this read transaction sees it.</summary>
    internal static Position Last(Database database, SqliteNames names, string schema = "main") =>
        new(0, SqliteControl.Exists(database, names.Changes, schema)
            ? (ulong)(database.Number(
                $"SELECT seq FROM {schema}.sqlite_sequence WHERE name = {Quote.Text(names.Changes)}") ?? 0)
            : 0);
}
