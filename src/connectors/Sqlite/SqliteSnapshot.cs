using System.Runtime.CompilerServices;
using Godwit.Connectors.Sqlite.Capture;
using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Schema;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Changes;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite;

/// <summary>Reads what is.</summary>
internal sealed class SqliteSnapshot(SqliteStore store) : ISnapshotSource
{
    public async IAsyncEnumerable<Chunk> Split(
        ScopedStream stream, ChunkSize size, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var schema = stream.Schema;
        var each = schema.EstimatedRecords > 0 ? Math.Max(1, schema.EstimatedBytes / schema.EstimatedRecords) : 1;
        var records = Math.Clamp(Math.Min(size.Records, size.Bytes / each), 1, int.MaxValue);
        var (bounds, total) = await store.Readers
            .Read(
                database => CanSplit(database, schema)
                    ? Bounds(database, stream, records, cancellation)
                    : ([], schema.EstimatedRecords),
                cancellation).ConfigureAwait(false);
        for (var i = 0; i <= bounds.Count; i++)
        {
            var range = new KeyRange(i == 0 ? null : bounds[i - 1], i == bounds.Count ? null : bounds[i]);
            var held = Math.Clamp(total - (i * records), 0, records);
            yield return new Chunk(stream.Number, i, range, held, held * each);
        }
    }

    public async ValueTask<IChunkRead> Read(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        await Task.Run(() => SqliteChunkRead.Start(store, stream, range, cancellation), cancellation)
            .ConfigureAwait(false);

    public async ValueTask<ChangeBatch> ReadKeys(ScopedStream stream, RecordBatch keys,
        CancellationToken cancellation) =>
        await Task.Run(() => TouchedReader.OfKeys(store, stream, keys, cancellation), cancellation)
            .ConfigureAwait(false);

    // Text that is stored as UTF-16 has an order of its own, which only a database of the same encoding shares.
    private bool CanSplit(Database database, StreamSchema schema) =>
        store.HasLikePeer || database.Text("PRAGMA main.encoding") == "UTF-8"
        || KeySql.Columns(schema).All(column => column.Role == ColumnRole.RowNumber
            || DeclaredType.AffinityOf(column.Type) == Affinity.Integer);

    // Every n-th key in scope. Skipping inside SQLite is cheaper than fetching each key, but starts anew at each bound:
    // that is only good where the key's own order is the order in which the records are found.
    private static (List<Key> Bounds, long Records) Bounds(Database database, ScopedStream stream, long records,
        CancellationToken cancellation)
    {
        var schema = stream.Schema;
        var keys = KeySql.List(schema, "t");
        var from = $"FROM main.{Quote.Name(schema.Name)} AS t";
        var bounds = new List<Key>();
        if (stream.Kind != ScopeKind.Everything)
        {
            using var all = database.Prepare(
                $"SELECT {keys} {from} WHERE {ScopeSql.OfMany(stream, "t")} ORDER BY {keys}");
            long i = 0;
            for (; all.Step(); i++)
            {
                if (i > 0 && i % records == 0)
                    AddBound(bounds, all, schema);
            }
            return (bounds, i);
        }
        while (!cancellation.IsCancellationRequested)
        {
            var range = new KeyRange(bounds.Count == 0 ? null : bounds[^1], null);
            using var next = database.Prepare(
                $"SELECT {keys} {from} WHERE {KeySql.Within(schema, "t", range)}"
                + $" ORDER BY {keys} LIMIT 1 OFFSET {records}");
            next.BindRange(range);
            if (!next.Step() || !AddBound(bounds, next, schema))
                break;
        }
        cancellation.ThrowIfCancellationRequested();
        return (bounds, schema.EstimatedRecords);
    }

    // False when the key does not move on: many records share it (nulls), and a range cannot part them.
    private static bool AddBound(List<Key> bounds, Statement row, StreamSchema schema)
    {
        using var one = new RecordBatch(schema.KeyColumns.Count);
        row.AppendTo(one, 0, schema.KeyColumns.Count);
        var key = Key.Of(one, 0);
        if (bounds.Count > 0 && bounds[^1].Equals(key))
            return false;
        bounds.Add(key);
        return true;
    }
}
