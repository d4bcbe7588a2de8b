using System.Runtime.CompilerServices;
using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Capture;

/// <summary>Turns touched keys into a batch: which there are, which are gone, and the present records of the
/// others.</summary>
/// <remarks>
/// Everything is read in one read transaction, together with the journal: a batch leads the target from one consistent
/// state of the source to a later one, and never to a mixture. That is why a batch is never cut short.
/// </remarks>
internal sealed class TouchedReader
{
    private const long BatchBytes = 1 << 20;
    private const string All = "temp._godwit_touched";

    private readonly SqliteStore _store;
    private readonly Database _database;
    private readonly List<ScopedStream> _streams = [];

    private TouchedReader(SqliteStore store, Database database) => (_store, _database) = (store, database);

    /// <summary>The batch of everything journalled after a position. Owns the connection, whose transaction is
    /// open.</summary>
    internal static ChangeBatch OfJournal(
        SqliteStore store, Database database, IReadOnlyList<FollowedStream> followed, Position after, Position reached)
    {
        var reader = new TouchedReader(store, database);
        var journal = $"main.{Quote.Name(store.Names.Changes)} WHERE seq > {after.Offset} AND seq <= {reached.Offset}";
        reader.Collect(journal, CaptureJournal.Width(database, store.Names));
        foreach (var parent in followed)
        {
            foreach (var child in parent.Children)
                reader.Expand(parent, followed.First(one => one.Stream.Number == child.Number));
        }
        foreach (var one in followed.OrderBy(one => one.Stream.Number))
            reader.AddStream(one.Stream);
        var oldest = database.Text($"SELECT strftime('%Y-%m-%dT%H:%M:%fZ', at) FROM {journal} ORDER BY seq LIMIT 1");
        return reader.Batch(reached, oldest is null ? null : DateTimeOffset.Parse(oldest));
    }

    /// <summary>The batch of some keys of one stream.</summary>
    internal static ChangeBatch OfKeys(
        SqliteStore store, ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var database = store.Readers.Rent();
        try
        {
            using var interrupt = database.InterruptOn(cancellation);
            database.Execute("BEGIN");
            var reached = CaptureJournal.Last(database, store.Names);
            var reader = new TouchedReader(store, database);
            reader.CreateKeys(stream);
            using (var insert = database.Prepare(
                $"INSERT INTO {Keys(stream)} VALUES ({string.Join(", ", Enumerable.Repeat("?", keys.ColumnCount))})"))
            {
                for (var i = 0; i < keys.Count; i++)
                {
                    insert.BindRecord(1, keys, i);
                    insert.Run();
                }
            }
            reader._streams.Add(stream);
            return reader.Batch(reached, oldest: null);
        }
        catch
        {
            store.Readers.Return(database);
            throw;
        }
    }

    private static string Keys(ScopedStream stream) => $"temp._godwit_keys_{stream.Number}";

    private void Collect(string journal, int width)
    {
        var columns = CaptureJournal.Columns(width);
        _database.Execute($"CREATE TABLE {All} (stream, moved, {columns})");
        _database.Execute(
            $"INSERT INTO {All} SELECT stream, max(moved), {columns} FROM {journal} GROUP BY stream, {columns}");
        _database.Execute($"CREATE INDEX {All}_stream ON _godwit_touched (stream, moved)");
    }

    // Children whose parent moved are touched too, although nobody wrote to them; and theirs in turn.
    private void Expand(FollowedStream parent, FollowedStream child)
    {
        var path = child.Stream.Path!;
        var journalled = string.Join(", ", child.Journalled.Select((_, i) => child.Column("c", i)));
        var places = CaptureJournal.Columns(child.Journalled.Count);
        var join = string.Join(" AND ", path.ParentColumns.Select((column, i) =>
            $"c.{Quote.Name(path.Columns[i])} = p.k{parent.PlaceOf(column)}{Collate(parent.Stream.Schema, column)}"));
        _database.Execute(
            $"""
            INSERT INTO {All} (stream, moved, {places})
            SELECT {child.Stream.Number}, 1, {journalled}
            FROM {All} AS p CROSS JOIN main.{Quote.Name(child.Stream.Schema.Name)} AS c ON {join}
            WHERE p.stream = {parent.Stream.Number} AND p.moved = 1
            """);
    }

    private static string Collate(StreamSchema schema, string column) =>
        $" COLLATE {Quote.Name(schema.Columns[schema.ColumnNamed(column)].Collation ?? "BINARY")}";

    private void AddStream(ScopedStream stream)
    {
        if (_database.Number($"SELECT 1 FROM {All} WHERE stream = {stream.Number} LIMIT 1") is null)
            return;
        CreateKeys(stream);
        var collated = KeySql.Columns(stream.Schema).Select((column, i) => $"k{i}{CollateKey(column)}");
        _database.Execute(
            $"INSERT INTO {Keys(stream)} SELECT DISTINCT {string.Join(", ", collated)}"
            + $" FROM {All} WHERE stream = {stream.Number}");
        _streams.Add(stream);
    }

    // The journal tells keys apart bytewise; here those that the table calls equal become one, or their record would
    // be read twice.
    private void CreateKeys(ScopedStream stream)
    {
        var columns = KeySql.Columns(stream.Schema).Select((column, i) => $"k{i}{CollateKey(column)}");
        _database.Execute($"CREATE TABLE {Keys(stream)} ({string.Join(", ", columns)})");
    }

    private static string CollateKey(ColumnSchema column) =>
        column.Collation is null ? "" : $" COLLATE {Quote.Name(column.Collation)}";

    private ChangeBatch Batch(Position reached, DateTimeOffset? oldest) => new(
        reached,
        [.. _streams.Select(Touched)],
        Current,
        () =>
        {
            _store.Readers.Return(_database);
            return ValueTask.CompletedTask;
        })
    {
        Oldest = oldest,
    };

    private TouchedKeys Touched(ScopedStream stream)
    {
        var width = stream.Schema.KeyColumns.Count;
        var keys = new RecordBatch(width);
        var gone = new List<bool>();
        using var rows = _database.Prepare(
            $"""
            SELECT {string.Join(", ", Enumerable.Range(0, width).Select(i => $"k.k{i}"))},
            NOT EXISTS(SELECT 1 FROM main.{Quote.Name(stream.Schema.Name)} AS t WHERE {Match(stream)})
            FROM {Keys(stream)} AS k
            """);
        while (rows.Step())
        {
            rows.AppendTo(keys, 0, width);
            gone.Add(rows.Integer(width) != 0);
        }
        return new TouchedKeys(stream, keys, gone);
    }

    private static string Match(ScopedStream stream) =>
        $"{KeySql.Equal(stream.Schema, "t", i => $"k.k{i}")} AND {ScopeSql.OfRow(stream, "t")}";

    private async IAsyncEnumerable<StreamRecords> Current([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var stream in _streams)
        {
            using var rows = _database.Prepare(
                $"""
                SELECT {KeySql.AllColumns(stream.Schema, "t")}
                FROM {Keys(stream)} AS k CROSS JOIN main.{Quote.Name(stream.Schema.Name)} AS t ON {Match(stream)}
                """);
            RecordBatch? Next() => Fill(rows, stream.Schema.Columns.Count);
            while (await Task.Run(Next, cancellation).ConfigureAwait(false) is { } batch)
                yield return new StreamRecords(stream, batch);
        }
    }

    private static RecordBatch? Fill(Statement rows, int columns)
    {
        if (!rows.Step())
            return null;
        var batch = new RecordBatch(columns);
        do
            rows.AppendTo(batch, 0, columns);
        while (batch.Size < BatchBytes && rows.Step());
        return batch;
    }
}
