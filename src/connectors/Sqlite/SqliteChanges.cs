using Godwit.Connectors.Sqlite.Capture;
using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite;

/// <summary>Tells what happens: triggers journal each touched key in the writer's transaction.</summary>
internal sealed class SqliteChanges(SqliteStore store) : IChangeSource, IAsyncDisposable
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan PurgeEvery = TimeSpan.FromSeconds(1);
    private const int PurgeAtOnce = 20_000;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private IReadOnlyList<FollowedStream>? _followed;
    private Database? _poll;
    private long _dataSeen;
    private Position? _nothingAfter;
    private long _schemaChecked = -1;
    private long _lastPurge;

    public Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) => store.Writer.Write(
        database =>
        {
            var followed = FollowedStream.All(streams);
            new CaptureInstaller(database, store.Names).Install(followed);
            (_followed, _schemaChecked) = (followed, -1);
        },
        cancellation);

    public async ValueTask<Position> Mark(CancellationToken cancellation) => await store.Readers
        .Read(database => CaptureJournal.Last(database, store.Names), cancellation).ConfigureAwait(false);

    public async ValueTask<ChangeBatch?> Next(Position after, TimeSpan patience, CancellationToken cancellation)
    {
        var followed = _followed
            ?? throw new InvalidOperationException("Changes are asked for before capture was prepared.");
        var clock = store.Opening.Clock;
        var start = clock.GetTimestamp();
        while (true)
        {
            var batch = await Poll(followed, after, cancellation).ConfigureAwait(false);
            var left = patience - clock.GetElapsedTime(start);
            if (batch is not null || left <= TimeSpan.Zero)
                return batch;
            await Task.Delay(left < PollEvery ? left : PollEvery, clock, cancellation).ConfigureAwait(false);
        }
    }

    public async ValueTask Acknowledge(Position durable, CancellationToken cancellation)
    {
        // Forgetting takes the write lock for a moment: not at each batch.
        var clock = store.Opening.Clock;
        if (_lastPurge != 0 && clock.GetElapsedTime(_lastPurge) < PurgeEvery)
            return;
        var more = true;
        while (more)
        {
            more = await store.Writer.Write(database => Purge(database, durable), cancellation).ConfigureAwait(false);
        }
        _lastPurge = clock.GetTimestamp();
    }

    public Task Remove(CancellationToken cancellation) => store.Writer.Write(
        database =>
        {
            var names = store.Names;
            SqliteControl.DropTriggers(database, names.Prefix + "capture_");
            SqliteControl.DropTables(database, names.Changes, names.Followed, names.Canary);
            SqliteControl.DropWhenLast(database, names);
            _followed = null;
        },
        cancellation);

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        _poll?.Dispose();
        _turn.Dispose();
    }

    private Task<ChangeBatch?> Poll(IReadOnlyList<FollowedStream> followed, Position after,
        CancellationToken cancellation) =>
        Task.Run(
            async () =>
            {
                await _turn.WaitAsync(cancellation).ConfigureAwait(false);
                try
                {
                    return HasNews(after) ? Collect(followed, after, cancellation) : null;
                }
                finally
                {
                    _turn.Release();
                }
            },
            cancellation);

    // data_version changes when another connection commits: asking for it reads one page header and no tables.
    private bool HasNews(Position after)
    {
        _poll ??= Database.Open(store.Path, Code.OpenReadWrite, SqliteStore.Patience);
        if (_poll.HasMoved)
            throw new GodwitException(SqliteProblems.Replaced(_poll.Shown));
        var data = _poll.Number("PRAGMA main.data_version") ?? 0;
        if (data == _dataSeen && _nothingAfter == after)
            return false;
        _dataSeen = data;
        return true;
    }

    private ChangeBatch? Collect(IReadOnlyList<FollowedStream> followed, Position after, CancellationToken cancellation)
    {
        var database = store.Readers.Rent();
        var keep = false;
        try
        {
            using var interrupt = database.InterruptOn(cancellation);
            database.Execute("BEGIN");
            EnsureCaptured(database, followed);
            var last = CaptureJournal.Last(database, store.Names);
            if (last < after)
                throw new GodwitException(SqliteProblems.Restored(database.Shown, after, last));
            _nothingAfter = last;
            if (last == after)
                return null;
            EnsureNotPurged(database, after);
            var batch = TouchedReader.OfJournal(store, database, followed, after, last);
            keep = true;
            return batch;
        }
        finally
        {
            if (!keep)
                store.Readers.Return(database);
        }
    }

    // In the batch's own read transaction: a batch is only told when its journal was complete up to its very end.
    private void EnsureCaptured(Database database, IReadOnlyList<FollowedStream> followed)
    {
        var schema = database.Number("PRAGMA main.schema_version") ?? 0;
        if (schema == _schemaChecked)
            return;
        new CaptureInstaller(database, store.Names).EnsureComplete(followed);
        _schemaChecked = schema;
    }

    private void EnsureNotPurged(Database database, Position after)
    {
        var forgotten = database.Number($"SELECT forgotten FROM {Quote.Name(store.Names.Control)}") ?? 0;
        if (after.Offset < (ulong)forgotten)
            throw new GodwitException(SqliteProblems.Forgotten(database.Shown, after));
    }

    private bool Purge(Database database, Position durable)
    {
        var changes = Quote.Name(store.Names.Changes);
        if (!SqliteControl.Exists(database, store.Names.Changes))
            return false;
        if (database.Number($"SELECT min(seq) FROM {changes}") is not { } first || (ulong)first > durable.Offset)
            return false;
        var last = Math.Min((long)durable.Offset, first + PurgeAtOnce - 1);
        database.Execute($"DELETE FROM {changes} WHERE seq <= {last}");
        database.Execute($"UPDATE {Quote.Name(store.Names.Control)} SET forgotten = {last}");
        return last < (long)durable.Offset;
    }
}
