using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Positions;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite.Writing;

/// <summary>Which chunks are completely here: written in the transaction that writes their records.</summary>
internal static class ChunkLedger
{
    internal static void Create(Database database, SqliteNames names) => database.Execute(
        $"""
        CREATE TABLE IF NOT EXISTS {Quote.Name(names.Chunks)}
        (stream INTEGER NOT NULL, chunk INTEGER NOT NULL, visibility TEXT NOT NULL,
        records INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (stream, chunk)) WITHOUT ROWID
        """);

    internal static IReadOnlyList<ChunkDone> Read(Database database, SqliteNames names)
    {
        var done = new List<ChunkDone>();
        if (!SqliteControl.Exists(database, names.Chunks))
            return done;
        using var rows = database.Prepare(
            $"SELECT stream, chunk, visibility, records, bytes FROM {Quote.Name(names.Chunks)} ORDER BY stream, chunk");
        while (rows.Step())
        {
            done.Add(new ChunkDone(
                (int)rows.Integer(0), (int)rows.Integer(1), Visibility.Parse(rows.String(2)), rows.Integer(3),
                    rows.Integer(4)));
        }
        return done;
    }

    internal static bool Has(Database database, SqliteNames names, Chunk chunk) => database.Number(
        $"SELECT 1 FROM {Quote.Name(names.Chunks)} WHERE stream = {chunk.Stream} AND chunk = {chunk.Index}")
            is not null;

    internal static void Write(Database database, SqliteNames names, ChunkDone done) => database.Execute(
        $"REPLACE INTO {Quote.Name(names.Chunks)} VALUES"
        + $" ({done.Stream}, {done.Index}, '{done.Visibility}', {done.Records}, {done.Bytes})");
}
