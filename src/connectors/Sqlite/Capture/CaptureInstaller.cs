using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Schema;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Capture;

/// <summary>Installs capture, and notices when it was lost.</summary>
internal sealed class CaptureInstaller(Database database, SqliteNames names)
{
    // VACUUM gives new numbers to the rows of tables without an INTEGER PRIMARY KEY: a row that sits alone at this
    // number would then sit at 1. That tells VACUUM from all other changes of the schema.
    private const int CanaryRow = 1000;

    /// <summary>Creates what is missing. What was installed before must still be there, unchanged.</summary>
    internal void Install(IReadOnlyList<FollowedStream> followed)
    {
        var first = !SqliteControl.Exists(database, names.Changes);
        SqliteControl.Create(database, names);
        CaptureJournal.Create(database, names, followed.Max(one => one.Journalled.Count));
        database.Execute(
            $"""
            CREATE TABLE IF NOT EXISTS {Quote.Name(names.Followed)}
            (stream INTEGER PRIMARY KEY, name TEXT NOT NULL, definition TEXT NOT NULL)
            """);
        database.Execute($"CREATE TABLE IF NOT EXISTS {Quote.Name(names.Canary)} (alive)");
        if (first)
            database.Execute($"INSERT INTO {Quote.Name(names.Canary)} (rowid, alive) VALUES ({CanaryRow}, 1)");
        foreach (var one in followed)
            InstallStream(one);
        EnsureComplete(followed);
    }

    /// <summary>Throws when writes may have gone unseen since capture was installed.</summary>
    internal void EnsureComplete(IReadOnlyList<FollowedStream> followed)
    {
        foreach (var one in followed)
        {
            var schema = one.Stream.Schema;
            var table = SchemaReader.Find(database, schema.Name);
            if (table is null || table.Sql != Installed(one.Stream.Number))
                throw new GodwitException(SqliteProblems.Redefined(database.Shown, schema.Name));
            foreach (var (name, sql) in CaptureTriggers.Of(names, one, table))
            {
                if (SchemaReader.Sql(database, "trigger", name) != sql)
                    throw new GodwitException(SqliteProblems.CaptureLost(database.Shown, schema.Name));
            }
        }
        if (followed.FirstOrDefault(HasUnstableKey) is { } unstable
            && database.Number($"SELECT rowid FROM {Quote.Name(names.Canary)}") != CanaryRow)
        {
            throw new GodwitException(SqliteProblems.Renumbered(database.Shown, unstable.Stream.Schema.Name));
        }
    }

    private static bool HasUnstableKey(FollowedStream one) =>
        one.Stream.Schema.KeyColumns.Any(index => one.Stream.Schema.Columns[index].Role == ColumnRole.RowNumber);

    private void InstallStream(FollowedStream one)
    {
        if (Installed(one.Stream.Number) is not null)
            return;
        var table = SchemaReader.Find(database, one.Stream.Schema.Name)
            ?? throw new GodwitException(SqliteProblems.Redefined(database.Shown, one.Stream.Schema.Name));
        foreach (var (_, sql) in CaptureTriggers.Of(names, one, table))
            database.Execute(sql);
        database.Execute(
            $"INSERT INTO {Quote.Name(names.Followed)} VALUES"
            + $" ({one.Stream.Number}, {Quote.Text(table.Name)}, {Quote.Text(table.Sql)})");
    }

    private string? Installed(int stream) =>
        database.Text($"SELECT definition FROM {Quote.Name(names.Followed)} WHERE stream = {stream}");
}
