using Godwit.Connectors.Sqlite.Capture;
using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite.Writing;

/// <summary>Copies chunks from one SQLite file into another inside SQLite, without taking records apart.</summary>
/// <remarks>
/// The native format that a source and a target of this connector share. It has a connection of its own, because with
/// the source attached an unqualified name could mean one of the source's tables. What it cannot do is left to the
/// other way, record by record: conflicts, a limit of bytes a second, triggers of other migrations at the target.
/// </remarks>
internal sealed class AttachedCopier(SqliteStore store) : IDisposable
{
    private Database? _database;
    private string? _attached;

    /// <summary>Copies one chunk in a transaction of its own; the caller holds the turn to write.</summary>
    /// <returns>Null when this way is barred: nothing has been written then.</returns>
    internal ChunkDone? TryCopy(
        SqliteStore source, ScopedStream stream, Chunk chunk, CancellationToken cancellation)
    {
        if (source.Opening.BytesPerSecond is not null || store.Opening.BytesPerSecond is not null)
            return null;
        var database = Open(source.Path);
        using var interrupt = database.InterruptOn(cancellation);
        try
        {
            // Not IMMEDIATE: that would lock the source too. The first write takes the lock of the target alone.
            database.Execute("BEGIN");
            database.Execute($"DELETE FROM main.{Quote.Name(store.Names.Strays)} WHERE stream < 0");
            if (ChunkLedger.Has(database, store.Names, chunk) || !OnlyOurTriggers(database)
                || !database.TrySetTriggers(fire: false))
                return null;
            var done = Copy(database, source.Names, stream, chunk);
            if (done is not null)
                database.Execute("COMMIT");
            return done;
        }
        finally
        {
            database.Rollback();
        }
    }

    public void Dispose()
    {
        _database?.Dispose();
        _database = null;
    }

    private ChunkDone? Copy(Database database, SqliteNames source, ScopedStream stream, Chunk chunk)
    {
        var schema = stream.Schema;
        var seen = Visibility.UpTo(CaptureJournal.Last(database, source, "origin"));
        var columns = string.Join(", ", schema.Columns.Select(KeySql.Name));
        var rows = $"FROM origin.{Quote.Name(schema.Name)} AS t"
            + $" WHERE {KeySql.Within(schema, "t", chunk.Range)} AND {ScopeSql.OfMany(stream, "t", "origin")}";
        using var insert = database.Prepare(
            $"INSERT INTO main.{Quote.Name(schema.Name)} ({columns}) SELECT {KeySql.AllColumns(schema, "t")} {rows}"
            + $" ORDER BY {KeySql.List(schema, "t")}");
        insert.BindRange(chunk.Range);
        if (insert.TryRun() != Code.Ok)
            return null;
        long records = database.Changes;
        NoteStrays(database, stream, rows, chunk.Range);
        var done = new ChunkDone(
            chunk.Stream, chunk.Index, seen, records, chunk.Records > 0 ? chunk.Bytes * records / chunk.Records : 0);
        ChunkLedger.Write(database, store.Names, done);
        return done;
    }

    private void NoteStrays(Database database, ScopedStream stream, string rows, KeyRange range)
    {
        if (stream.Kind != ScopeKind.ByParent)
            return;
        using var note = database.Prepare(StrayLedger.NoteMany(store.Names, stream, rows));
        note.BindRange(range);
        note.Run();
    }

    private static bool OnlyOurTriggers(Database database) => database.Number(
        $"""
        SELECT count(*) FROM main.sqlite_master WHERE type = 'trigger'
        AND substr(name, 1, {SqliteNames.Everyone.Length}) = '{SqliteNames.Everyone}'
        """) == 0;

    private Database Open(string source)
    {
        if (_database is { IsClosed: false } && _attached == source)
            return _database;
        Dispose();
        _database = SqliteWriter.OpenForWriting(store.Path);
        _database.Execute($"ATTACH {Quote.Text(source)} AS origin");
        _attached = source;
        return _database;
    }
}
