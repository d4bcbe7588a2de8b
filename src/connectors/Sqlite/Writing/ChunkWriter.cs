using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite.Writing;

/// <summary>Writes one chunk inside a write transaction, together with the fact that it is done.</summary>
internal sealed class ChunkWriter(Database database, SqliteNames names)
{
    internal async Task<ChunkDone> Write(
        ScopedStream stream, Chunk chunk, IChunkRead read, CancellationToken cancellation)
    {
        if (ChunkLedger.Has(database, names, chunk))
            Forget(stream, chunk.Range);
        using var inserter = new RecordInserter(database, names, stream, InTheWay.OutOfDate);
        using var stray = StrayLedger.Note(database, names, stream);
        long records = 0, bytes = 0;
        await foreach (var batch in read.Batches(cancellation).ConfigureAwait(false))
        {
            using (batch)
            {
                for (var i = 0; i < batch.Count; i++)
                    inserter.Insert(batch, i);
                NoteStrays(stray, stream.Schema, batch);
                records += batch.Count;
                bytes += batch.Size;
            }
        }
        var done = new ChunkDone(chunk.Stream, chunk.Index, read.Visibility, records, bytes);
        ChunkLedger.Write(database, names, done);
        return done;
    }

    private static void NoteStrays(Statement? stray, StreamSchema schema, RecordBatch batch)
    {
        if (stray is null)
            return;
        for (var i = 0; i < batch.Count; i++)
        {
            stray.BindColumns(1, batch, i, schema.KeyColumns);
            stray.Run();
        }
    }

    private void Forget(ScopedStream stream, KeyRange range)
    {
        var own = Quote.Name(stream.Schema.Name);
        using var delete = database.Prepare(
            $"DELETE FROM {own} WHERE {KeySql.Within(stream.Schema, own, range)}"
            + $" AND {StrayLedger.OursOrStray(database, names, stream, own)}");
        delete.BindRange(range);
        delete.Run();
    }
}
