using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Godwit.Connectors.Sqlite.Capture;
using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite;

/// <summary>Reads one chunk ahead of the target, by up to a few megabytes, in one read transaction.</summary>
internal sealed class SqliteChunkRead : IChunkRead
{
    private const long BatchBytes = 512 << 10;
    private const int BatchesAhead = 8;

    private readonly SqliteStore _store;
    private readonly Database _database;
    private readonly Statement _rows;
    private readonly int _columns;
    private readonly CancellationTokenSource _stop;
    private readonly Channel<RecordBatch> _ahead = Channel.CreateBounded<RecordBatch>(
        new BoundedChannelOptions(BatchesAhead) { SingleReader = true, SingleWriter = true });

    private Task? _reading;

    private SqliteChunkRead(SqliteStore store, Database database, ScopedStream stream, KeyRange range,
        CancellationToken cancellation)
    {
        (_store, _database, _columns) = (store, database, stream.Schema.Columns.Count);
        Visibility = Visibility.UpTo(CaptureJournal.Last(database, store.Names));
        _rows = database.Prepare(
            $"""
            SELECT {KeySql.AllColumns(stream.Schema, "t")} FROM main.{Quote.Name(stream.Schema.Name)} AS t
            WHERE {KeySql.Within(stream.Schema, "t", range)} AND {ScopeSql.OfMany(stream, "t")}
            ORDER BY {KeySql.List(stream.Schema, "t")}
            """);
        _rows.BindRange(range);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    }

    /// <summary>Where it reads, for a target that can read there by itself.</summary>
    internal SqliteStore Source => _store;

    public Visibility Visibility { get; private set; }

    internal static IChunkRead Start(SqliteStore store, ScopedStream stream, KeyRange range,
        CancellationToken cancellation)
    {
        var database = store.Readers.Rent();
        try
        {
            database.Execute("BEGIN");
            return new SqliteChunkRead(store, database, stream, range, cancellation);
        }
        catch
        {
            store.Readers.Return(database);
            throw;
        }
    }

    /// <summary>The target has carried out the read by itself, in a transaction of its own.</summary>
    internal void WasCarriedOut(Visibility seen) => Visibility = seen;

    public async IAsyncEnumerable<RecordBatch> Batches([EnumeratorCancellation] CancellationToken cancellation)
    {
        _reading = Task.Run(ReadAhead, CancellationToken.None);
        await foreach (var batch in _ahead.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            yield return batch;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_reading is not null)
            await _reading.ConfigureAwait(false);
        while (_ahead.Reader.TryRead(out var unread))
            unread.Dispose();
        _rows.Dispose();
        _store.Readers.Return(_database);
        _stop.Dispose();
    }

    // Owns every failure: it reaches the receiver through the channel, in its place after the batches before it.
    private async Task ReadAhead()
    {
        Exception? failure = null;
        try
        {
            var interrupt = _database.InterruptOn(_stop.Token);
            await using var _ = interrupt.ConfigureAwait(false);
            while (Fill() is { } batch)
            {
                await _store.Throttle.Pass(batch.Size, _stop.Token).ConfigureAwait(false);
                await _ahead.Writer.WriteAsync(batch, _stop.Token).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // The top of a worker: what failed is thrown where the batches are received.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }
        _ahead.Writer.Complete(failure);
    }

    private RecordBatch? Fill()
    {
        _stop.Token.ThrowIfCancellationRequested();
        if (!_rows.Step())
            return null;
        var batch = new RecordBatch(_columns);
        do
            _rows.AppendTo(batch, 0, _columns);
        while (batch.Size < BatchBytes && _rows.Step());
        return batch;
    }
}
