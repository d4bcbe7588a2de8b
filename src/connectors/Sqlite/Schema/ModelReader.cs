using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Connectors.Sqlite.Writing;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>The definitions of some tables and of what belongs to them, as SQLite remembers them.</summary>
internal static class ModelReader
{
    internal static SchemaModel Read(Database database, string family, IReadOnlyList<ScopedStream> streams)
    {
        var names = streams.Select(stream => stream.Schema.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var tables = streams.Select(stream => SchemaReader.Sql(database, "table", stream.Schema.Name));
        var after = new List<string>();
        foreach (var type in (string[])["index", "trigger", "view"])
        {
            using var rows = database.Prepare(
                $"""
                SELECT tbl_name, sql FROM main.sqlite_master WHERE type = '{type}' AND sql IS NOT NULL
                AND substr(name, 1, {SqliteNames.Everyone.Length}) <> '{SqliteNames.Everyone}' ORDER BY rowid
                """);
            while (rows.Step())
            {
                if (type == "view" || names.Contains(rows.String(0)) || IsOnView(database, rows.String(0)))
                    after.Add(rows.String(1));
            }
        }
        // Triggers on views need their views.
        var views = after.FindAll(sql => SqlScanner.Created(sql).Type == "view");
        after.RemoveAll(views.Contains);
        var firstTrigger = after.FindIndex(sql => SqlScanner.Created(sql).Type == "trigger");
        after.InsertRange(firstTrigger < 0 ? after.Count : firstTrigger, views);
        return new SchemaModel(family, [.. tables], after, TargetFile.Read(database))
        {
            Outlines = OutlineReader.Read(database, streams),
        };
    }

    private static bool IsOnView(Database database, string name) =>
        database.Number($"SELECT 1 FROM main.sqlite_master WHERE type = 'view' AND name = {Quote.Text(name)}")
            is not null;
}
