using System.Globalization;
using System.Runtime.CompilerServices;
using Godwit.Connectors.PostgreSql.Capture;
using Godwit.Connectors.PostgreSql.Copying;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Changes;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.PostgreSql;

/// <summary>Reads what is.</summary>
internal sealed class PostgreSqlSnapshot(PostgreSqlStore store, PostgreSqlChanges changes) : ISnapshotSource
{
    private const int BlocksPerChunk = 60;

    public async IAsyncEnumerable<Chunk> Split(
        ScopedStream stream, ChunkSize size, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var schema = stream.Schema;
        var (records, bytes) = await Size(schema, cancellation).ConfigureAwait(false);
        var each = records > 0 ? Math.Max(1, bytes / records) : 1;
        var total = stream.Kind == ScopeKind.Everything
            ? records
            : (await store.Catalog.Count(stream, cancellation).ConfigureAwait(false)).InScope;
        var chunks = Math.Max(Parts(total, size.Records), Parts(total * each, size.Bytes));
        var bounds = chunks == 1 || !CanSplit(schema)
            ? []
            : await Bounds(stream, chunks, bytes / 8192, cancellation).ConfigureAwait(false);
        for (var i = 0; i <= bounds.Count; i++)
        {
            var range = new KeyRange(i == 0 ? null : bounds[i - 1], i == bounds.Count ? null : bounds[i]);
            var held = total / (bounds.Count + 1);
            yield return new Chunk(stream.Number, i, range, held, held * each);
        }
    }

    public async ValueTask<IChunkRead> Read(
        ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        await Failures.Translate(
            store.Opening.Shown,
            "read a chunk",
            async () =>
            {
                var read = await PostgreSqlChunkRead
                    .Start(store, stream, range, changes.Start ?? LogPosition.Of(0), cancellation)
                    .ConfigureAwait(false);
                changes.HasRead(read.End);
                return read;
            },
            cancellation).ConfigureAwait(false);

    public async ValueTask<ChangeBatch> ReadKeys(
        ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var reached = LogPosition.Of(await End(cancellation).ConfigureAwait(false));
        var batch = await Failures.Translate(
            store.Opening.Shown,
            "read records by key",
            () => TouchedReader.OfKeys(store, stream, keys, reached, cancellation),
            cancellation).ConfigureAwait(false);
        changes.HasRead(await End(cancellation).ConfigureAwait(false));
        return batch;
    }

    private Task<ulong> End(CancellationToken cancellation) => store.Session.Do(
        "read the log's end", connection => LogPosition.End(connection, cancellation), cancellation);

    private static long Parts(long total, long most) => Math.Max(1, (total + most - 1) / most);

    /// <summary>Whether both sides order the key alike, so that a range means the same to both.</summary>
    private bool CanSplit(StreamSchema schema) => KeySql.Columns(schema).All(column =>
        !column.Nullable && (store.Peer.Major == 0
            ? PostgreSqlDialect.IsOrderedPlainly(column)
            : Wire.Of(column).IsInteger || column.Type is "uuid" or "date" or "bytea"
                || column.Type.StartsWith("timestamp", StringComparison.Ordinal)
                || ((column.Collation is null || store.Peer.Order == store.Own.Order)
                    && KeySql.HasEquality(column))));

    // Now, and not when the catalog was read: a table may have grown since the plan was made.
    private async Task<(long Records, long Bytes)> Size(StreamSchema schema, CancellationToken cancellation)
    {
        var table = $"{Quote.Text(Quote.Table(schema))}::regclass";
        var row = (await store.Session.Do(
            "look how large a table is",
            connection => Query.Rows(
                connection,
                $"""
                SELECT coalesce(sum(CASE WHEN l.reltuples <= 0 OR l.relpages = 0 THEN pg_relation_size(l.oid) / 100
                    ELSE l.reltuples / l.relpages * (pg_relation_size(l.oid) / 8192) END), 0)::bigint,
                  coalesce(sum(pg_table_size(l.oid)), 0)::bigint
                FROM pg_class l WHERE (l.oid = {table} AND l.relkind = 'r')
                  OR l.oid IN (SELECT relid FROM pg_partition_tree({table}) WHERE isleaf)
                """,
                cancellation),
            cancellation).ConfigureAwait(false))[0];
        return (
            long.Parse(row[0]!, CultureInfo.InvariantCulture), long.Parse(row[1]!, CultureInfo.InvariantCulture));
    }

    // From a sample of the pages: bounds are only bounds. A tenant's keys are looked at one by one.
    private Task<List<Key>> Bounds(ScopedStream stream, long chunks, long pages, CancellationToken cancellation)
    {
        var schema = stream.Schema;
        var percent = Math.Clamp(100.0 * BlocksPerChunk * chunks / Math.Max(1, pages), 0.01, 100);
        var from = stream.Kind == ScopeKind.Everything && percent < 50
            ? string.Create(CultureInfo.InvariantCulture, $"{Quote.Table(schema)} AS t TABLESAMPLE SYSTEM ({percent})")
            : $"{Quote.Table(schema)} AS t WHERE {ScopeSql.Of(stream, "t")}";
        var keys = string.Join(", ", schema.KeyColumns.Select((_, i) => $"b.k{i}"));
        var named = string.Join(
            ", ", KeySql.Columns(schema).Select((column, i) => $"{Wire.Select(column, "t")} AS k{i}"));
        var order = KeySql.List(schema, "t");
        var query = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            SELECT {keys} FROM (SELECT {named}, row_number() OVER (ORDER BY {order}) - 1 AS n, count(*) OVER () AS c
            FROM {from}) AS b WHERE b.n > 0 AND b.n * {chunks} / b.c <> (b.n - 1) * {chunks} / b.c ORDER BY b.n
            """);
        return store.Session.Do(
            "split a table",
            async connection =>
            {
                using var found = await CopyReader.ReadAll(
                    connection, query, Wire.Of(KeySql.Columns(schema)), cancellation).ConfigureAwait(false);
                return Enumerable.Range(0, found.Count).Select(i => Key.Of(found, i)).Distinct().ToList();
            },
            cancellation);
    }
}
