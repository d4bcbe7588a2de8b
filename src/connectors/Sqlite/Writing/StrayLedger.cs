using Godwit.Connectors.Sqlite.Capture;
using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Writing;

/// <summary>Keys of records that were copied while the parent that puts them in scope was not here.</summary>
/// <remarks>
/// The chunks of a copy are read at different times: a child may come whose parent does not, when that moved meanwhile.
/// By the scope's rule such a record belongs to nobody, so a later batch would not dare to delete it. The ledger says
/// that it is ours. It is empty but for such accidents, and emptied by the first batch, after which nothing strays.
/// </remarks>
internal static class StrayLedger
{
    internal static void Create(Database database, SqliteNames names, IReadOnlyList<ScopedStream> streams) =>
        database.Execute(
            $"""
            CREATE TABLE IF NOT EXISTS {Quote.Name(names.Strays)}
            (stream INTEGER NOT NULL, {CaptureJournal.Columns(streams.Max(stream => stream.Schema.KeyColumns.Count))})
            """);

    /// <summary>Remembers the record with the bound key if it has strayed; null where nothing can stray.</summary>
    internal static Statement? Note(Database database, SqliteNames names, ScopedStream stream)
    {
        if (stream.Kind != ScopeKind.ByParent)
            return null;
        var schema = stream.Schema;
        return database.Prepare(
            $"""
            INSERT INTO {Quote.Name(names.Strays)} (stream, {CaptureJournal.Columns(schema.KeyColumns.Count)})
            SELECT {stream.Number}, {KeySql.List(schema, "t")} FROM {Quote.Name(schema.Name)} AS t
            WHERE {KeySql.Equal(schema, "t", i => $"?{i + 1}")} AND NOT {ScopeSql.OfRow(stream, "t")}
            """);
    }

    internal static bool HasStrays(Database database, SqliteNames names, ScopedStream stream) =>
        stream.Kind == ScopeKind.ByParent
        && database.Number($"SELECT 1 FROM {Quote.Name(names.Strays)} WHERE stream = {stream.Number} LIMIT 1") is not null;

    internal static string Contains(SqliteNames names, ScopedStream stream, string row) =>
        $"EXISTS(SELECT 1 FROM {Quote.Name(names.Strays)} AS s WHERE s.stream = {stream.Number} AND "
        + KeySql.Equal(stream.Schema, row, i => $"s.k{i}") + ")";

    internal static void Empty(Database database, SqliteNames names) =>
        database.Execute($"DELETE FROM {Quote.Name(names.Strays)}");
}
