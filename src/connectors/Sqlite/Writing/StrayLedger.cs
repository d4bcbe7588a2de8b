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
    internal static void Create(Database database, SqliteNames names, IReadOnlyList<ScopedStream> streams)
    {
        database.Execute(
            $"""
            CREATE TABLE IF NOT EXISTS {Quote.Name(names.Strays)}
            (stream INTEGER NOT NULL, {CaptureJournal.Columns(streams.Max(stream => stream.Schema.KeyColumns.Count))})
            """);
        database.Execute(
            $"CREATE INDEX IF NOT EXISTS {Quote.Name(names.StraysByKey)} ON {Quote.Name(names.Strays)} (stream, k0)");
    }

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

    /// <summary>The condition that a record is ours: by the scope's rule, or as a stray.</summary>
    internal static string OursOrStray(Database database, SqliteNames names, ScopedStream stream, string row) =>
        HasStrays(database, names, stream)
            ? $"({ScopeSql.OfRow(stream, row)} OR {Contains(names, stream, row)})"
            : ScopeSql.OfRow(stream, row);

    private static bool HasStrays(Database database, SqliteNames names, ScopedStream stream) =>
        stream.Kind == ScopeKind.ByParent && SqliteControl.Exists(database, names.Strays)
        && database.Number($"SELECT 1 FROM {Quote.Name(names.Strays)} WHERE stream = {stream.Number} LIMIT 1")
            is not null;

    internal static string Contains(SqliteNames names, ScopedStream stream, string row) =>
        $"EXISTS(SELECT 1 FROM {Quote.Name(names.Strays)} AS s WHERE s.stream = {stream.Number} AND "
        + KeySql.Equal(stream.Schema, row, i => $"s.k{i}") + ")";

    /// <summary>Remembers those that have strayed of the source's records that were just copied.</summary>
    /// <param name="rows">FROM and WHERE of what was copied; the records are called t.</param>
    internal static string NoteMany(SqliteNames names, ScopedStream stream, string rows)
    {
        var schema = stream.Schema;
        var keys = KeySql.Columns(schema).Select(KeySql.Name).ToArray();
        return $"""
            INSERT INTO main.{Quote.Name(names.Strays)} (stream, {CaptureJournal.Columns(keys.Length)})
            SELECT {stream.Number}, {KeySql.List(schema, "t")} {rows} AND NOT EXISTS(
              SELECT 1 FROM main.{Quote.Name(schema.Name)} AS here
              WHERE {KeySql.Equal(schema, "here", i => $"t.{keys[i]}")} AND {ScopeSql.OfRow(stream, "here")})
            """;
    }

    /// <summary>Forgets those whose parents have come meanwhile: by now all chunks are here.</summary>
    internal static void Settle(Database database, SqliteNames names, IReadOnlyList<ScopedStream> streams)
    {
        foreach (var stream in streams.Where(one => one.Kind == ScopeKind.ByParent))
        {
            database.Execute(
                $"""
                DELETE FROM {Quote.Name(names.Strays)} AS s WHERE s.stream = {stream.Number}
                AND EXISTS(SELECT 1 FROM {Quote.Name(stream.Schema.Name)} AS t
                WHERE {KeySql.Equal(stream.Schema, "t", i => $"s.k{i}")} AND {ScopeSql.OfRow(stream, "t")})
                """);
        }
    }

    internal static void Empty(Database database, SqliteNames names) =>
        database.Execute($"DELETE FROM {Quote.Name(names.Strays)}");
}
