using System.Runtime.CompilerServices;
using Godwit.Connectors.PostgreSql.Copying;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Npgsql;

namespace Godwit.Connectors.PostgreSql;

/// <summary>Reads one chunk in one read transaction.</summary>
/// <remarks>
/// Its visibility is the place where the slot begins: whatever was committed before is seen, whatever came later will
/// be told, and what is told is read anew, so it does not matter which of it was seen here already.
/// </remarks>
internal sealed class PostgreSqlChunkRead : IChunkRead
{
    private const long BatchBytes = 1 << 20;

    private readonly PostgreSqlStore _store;
    private readonly NpgsqlConnection _connection;
    private readonly ScopedStream _stream;
    private readonly string _where;

    private PostgreSqlChunkRead(
        PostgreSqlStore store, NpgsqlConnection connection, ScopedStream stream, KeyRange range, Position start,
        ulong end)
    {
        (_store, _connection, _stream, End) = (store, connection, stream, end);
        _where = $"{KeySql.Within(stream.Schema, "t", range)} AND {ScopeSql.Of(stream, "t")}";
        Visibility = Visibility.UpTo(start);
    }

    public Visibility Visibility { get; }

    /// <summary>Where the log ended when this read began: behind everything that it sees.</summary>
    internal ulong End { get; }

    internal static async Task<PostgreSqlChunkRead> Start(
        PostgreSqlStore store, ScopedStream stream, KeyRange range, Position start, CancellationToken cancellation)
    {
        var connection = await store.Session.Open(cancellation).ConfigureAwait(false);
        var isOpen = false;
        try
        {
            await Query.Run(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", cancellation)
                .ConfigureAwait(false);
            // The first statement: what it sees is what all see.
            var end = await LogPosition.End(connection, cancellation).ConfigureAwait(false);
            isOpen = true;
            return new PostgreSqlChunkRead(store, connection, stream, range, start, end);
        }
        finally
        {
            if (!isOpen)
                await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The tuples as the server stores them, for a target that understands them; instead of
    /// <see cref="Batches"/>.</summary>
    internal Task<NpgsqlRawCopyStream> Raw(CancellationToken cancellation) => _connection.BeginRawBinaryCopyAsync(
        $"COPY (SELECT {KeySql.AllColumns(_stream.Schema, "t")} FROM {Quote.Table(_stream.Schema)} AS t WHERE {_where})"
        + " TO STDOUT (FORMAT binary)",
        cancellation);

    /// <summary>Whether every type, and every type that it is made of, has a binary form that another server
    /// understands.</summary>
    /// <remarks>An empty <c>tsquery</c> is sent in a form that no server accepts.</remarks>
    internal async Task<bool> HasBinaryForm(CancellationToken cancellation) => await Query.Number(
        _connection,
        $"""
        WITH RECURSIVE used(oid) AS (
          SELECT atttypid FROM pg_attribute
          WHERE attrelid = {Quote.Text(Quote.Table(_stream.Schema))}::regclass AND attnum > 0 AND NOT attisdropped
          UNION
          SELECT part.oid FROM used JOIN pg_type y ON y.oid = used.oid CROSS JOIN LATERAL (
            SELECT y.typelem UNION ALL SELECT y.typbasetype
            UNION ALL SELECT rngsubtype FROM pg_range WHERE y.oid IN (rngtypid, rngmultitypid)
            UNION ALL SELECT atttypid FROM pg_attribute
              WHERE attrelid = y.typrelid AND attnum > 0 AND NOT attisdropped) part(oid))
        SELECT count(*) FROM used JOIN pg_type y ON y.oid = used.oid
        WHERE y.typsend = 0 OR y.typreceive = 0 OR y.oid = 'tsquery'::regtype
        """,
        cancellation).ConfigureAwait(false) == 0;

    public async IAsyncEnumerable<RecordBatch> Batches([EnumeratorCancellation] CancellationToken cancellation)
    {
        var schema = _stream.Schema;
        var query = $"SELECT {KeySql.SelectAll(schema, "t")} FROM {Quote.Table(schema)} AS t WHERE {_where}"
            + (schema.KeyColumns.Count == schema.Columns.Count ? "" : $" ORDER BY {KeySql.List(schema, "t")}");
        var batches = CopyReader.Read(_connection, query, Wire.Of(schema.Columns), BatchBytes, cancellation);
        await foreach (var batch in Translated(batches, cancellation).ConfigureAwait(false))
        {
            await _store.Throttle.Pass(batch.Size, cancellation).ConfigureAwait(false);
            yield return batch;
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async IAsyncEnumerable<RecordBatch> Translated(
        IAsyncEnumerable<RecordBatch> batches, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var each = batches.GetAsyncEnumerator(cancellation);
        await using var _ = each.ConfigureAwait(false);
        while (await Failures.Translate(
            _store.Opening.Shown, "read a chunk", async () => await each.MoveNextAsync().ConfigureAwait(false),
            cancellation).ConfigureAwait(false))
        {
            yield return each.Current;
        }
    }
}
