using System.Runtime.CompilerServices;
using Godwit.Connectors.PostgreSql.Copying;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>Turns touched keys into a batch: which are gone, and the present records of the others.</summary>
/// <remarks>
/// Invariant: everything is read in one snapshot that has seen every transaction of the batch. A commit is in the log
/// before it is visible, so this is proved by the snapshot itself and waited for. Records may be newer than the batch's
/// end; then they come again with a later batch.
/// </remarks>
internal sealed class TouchedReader
{
    private const long BatchBytes = 1 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly PostgreSqlStore _store;
    private readonly NpgsqlConnection _connection;
    private readonly List<TouchedKeys> _touched = [];

    private TouchedReader(PostgreSqlStore store, NpgsqlConnection connection) =>
        (_store, _connection) = (store, connection);

    /// <summary>The batch of a part of the log.</summary>
    /// <param name="streams">All that are followed.</param>
    internal static Task<ChangeBatch> OfLog(
        PostgreSqlStore store, IReadOnlyList<ScopedStream> streams, ScopeFilter filter, LogBatch log,
        CancellationToken cancellation) =>
        Start(
            store,
            log.Transactions,
            async reader =>
            {
                foreach (var stream in streams)
                    await reader.AddStream(streams, filter, log, stream, cancellation).ConfigureAwait(false);
                if (filter.IsOpen(log.Begin))
                {
                    filter.HasTold(
                        log.Begin, await LogPosition.End(reader._connection, cancellation).ConfigureAwait(false));
                }
                return reader.Batch(
                    log.Reached, log.Oldest, [.. streams.Where(one => log.Emptied.Contains(one.Number))]);
            },
            cancellation);

    /// <summary>The batch of some keys of one stream.</summary>
    internal static Task<ChangeBatch> OfKeys(
        PostgreSqlStore store, ScopedStream stream, RecordBatch keys, Position reached,
        CancellationToken cancellation) =>
        Start(
            store,
            [],
            async reader =>
            {
                var own = new RecordBatch(keys.ColumnCount);
                for (var i = 0; i < keys.Count; i++)
                    Key.Of(keys, i).AppendTo(own);
                var here = await reader.Present(stream, own, cancellation).ConfigureAwait(false);
                reader._touched.Add(new TouchedKeys(stream, own, [.. here.Select(one => !one)]));
                return reader.Batch(reached, oldest: null, []);
            },
            cancellation);

    private static async Task<ChangeBatch> Start(
        PostgreSqlStore store, HashSet<uint> transactions, Func<TouchedReader, Task<ChangeBatch>> make,
        CancellationToken cancellation)
    {
        var connection = await store.Session.Open(cancellation).ConfigureAwait(false);
        try
        {
            await BeginSeeing(store, connection, transactions, cancellation).ConfigureAwait(false);
            return await make(new TouchedReader(store, connection)).ConfigureAwait(false);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task BeginSeeing(
        PostgreSqlStore store, NpgsqlConnection connection, HashSet<uint> transactions, CancellationToken cancellation)
    {
        while (true)
        {
            await Query.Run(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", cancellation)
                .ConfigureAwait(false);
            if (transactions.Count == 0)
                return;
            var text = await Query.One(connection, "SELECT pg_current_snapshot()", cancellation).ConfigureAwait(false);
            if (Seen.Parse(text!).HasAll(transactions))
                return;
            await Query.Run(connection, "ROLLBACK", cancellation).ConfigureAwait(false);
            await Task.Delay(Pause, store.Opening.Clock, cancellation).ConfigureAwait(false);
        }
    }

    private async Task AddStream(
        IReadOnlyList<ScopedStream> streams, ScopeFilter filter, LogBatch log, ScopedStream stream,
        CancellationToken cancellation)
    {
        var keys = log.Of(stream).Keys;
        if (keys.Count == 0)
            return;
        var here = await Present(stream, keys, cancellation).ConfigureAwait(false);
        var told = new RecordBatch(keys.ColumnCount);
        var gone = new List<bool>();
        using var moved = new RecordBatch(keys.ColumnCount);
        for (var i = 0; i < keys.Count; i++)
        {
            var key = Key.Of(keys, i);
            if (!here[i] && !filter.WasOurs(stream, key, log.Begin))
                continue;
            key.AppendTo(told);
            gone.Add(!here[i]);
            if (filter.Tell(stream, key, here[i], log.Begin, log.Reached))
                key.AppendTo(moved);
        }
        _touched.Add(new TouchedKeys(stream, told, gone));
        foreach (var child in streams.Where(one => one.Parent?.Number == stream.Number && moved.Count > 0))
            await Expand(stream, moved, child, log, cancellation).ConfigureAwait(false);
    }

    /// <summary>Children whose parent came or went are touched too, although nobody wrote to them.</summary>
    private async Task Expand(
        ScopedStream parent, RecordBatch moved, ScopedStream child, LogBatch log, CancellationToken cancellation)
    {
        foreach (var (_, keys) in KeySql.Unnest(parent.Schema, moved))
        {
            var columns = parent.Schema.KeyColumns.Select(index => parent.Schema.Columns[index].Name).ToList();
            var join = string.Join(" AND ", child.Path!.Columns.Select((column, i) =>
                KeySql.Equal(
                    parent.Schema, columns.IndexOf(child.Path.ParentColumns[i]), $"t.{Quote.Name(column)}", "k")));
            var query = $"SELECT {KeySql.Select(child.Schema, "t")} FROM {keys}"
                + $" JOIN {Quote.Table(child.Schema)} AS t ON {join}";
            await foreach (var batch in CopyReader
                .Read(_connection, query, Wire.Of(KeySql.Columns(child.Schema)), BatchBytes, cancellation)
                .ConfigureAwait(false))
            {
                using (batch)
                {
                    for (var i = 0; i < batch.Count; i++)
                        log.Touch(child, Key.Of(batch, i));
                }
            }
        }
    }

    /// <summary>For each key whether a record in scope has it.</summary>
    private async Task<bool[]> Present(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var here = new bool[keys.Count];
        foreach (var (from, some) in KeySql.Unnest(stream.Schema, keys))
        {
            using var found = await CopyReader.ReadAll(
                _connection, $"SELECT k.n FROM {some} JOIN {Match(stream)}", [Wire.Int8], cancellation)
                .ConfigureAwait(false);
            for (var i = 0; i < found.Count; i++)
                here[from + (int)found.IntegerAt(i, 0) - 1] = true;
        }
        return here;
    }

    private static string Match(ScopedStream stream) =>
        $"{Quote.Table(stream.Schema)} AS t ON {KeySql.Equal(stream.Schema, "t", "k")}"
        + $" WHERE {ScopeSql.Of(stream, "t")}";

    private ChangeBatch Batch(Position reached, DateTimeOffset? oldest, IReadOnlyList<ScopedStream> emptied) =>
        new(reached, [.. _touched], Current, _connection.DisposeAsync) { Oldest = oldest, Emptied = emptied };

    private async IAsyncEnumerable<StreamRecords> Current([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var touched in _touched.Where(one => one.Gone.Contains(false)))
        {
            var schema = touched.Stream.Schema;
            foreach (var (_, keys) in KeySql.Unnest(schema, touched.Keys))
            {
                var query = $"SELECT {KeySql.SelectAll(schema, "t")} FROM {keys} JOIN {Match(touched.Stream)}";
                await foreach (var batch in CopyReader
                    .Read(_connection, query, Wire.Of(schema.Columns), BatchBytes, cancellation).ConfigureAwait(false))
                {
                    await _store.Throttle.Pass(batch.Size, cancellation).ConfigureAwait(false);
                    yield return new StreamRecords(touched.Stream, batch);
                }
            }
        }
    }
}
