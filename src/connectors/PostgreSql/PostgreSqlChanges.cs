using Godwit.Connectors.PostgreSql.Capture;
using Godwit.Connectors.PostgreSql.Copying;
using Godwit.Connectors.PostgreSql.Schema;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Npgsql;

namespace Godwit.Connectors.PostgreSql;

/// <summary>Tells what happens: records as the log tells them, and read by key where it does not tell enough.</summary>
/// <remarks>See docs/decisions/0008 and 0010.</remarks>
internal sealed class PostgreSqlChanges(PostgreSqlStore store) : IChangeSource, IAsyncDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private IReadOnlyList<ScopedStream> _streams = [];
    private ScopeFilter _filter = new(store.Opening.Shown);
    private readonly HashSet<(int Stream, ulong Commit)> _passed = [];
    private LogReader? _reader;
    private LogParser? _parser;
    private long? _seen;

    /// <summary>Where the slot begins; what a copy has read at least.</summary>
    internal Position? Start { get; private set; }

    public Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) => store.Session.Do(
        "install the capture of changes",
        async connection =>
        {
            Start = await new CaptureInstaller(store, connection).Install(streams, cancellation).ConfigureAwait(false);
            _streams = streams;
            await CloseReader().ConfigureAwait(false);
            await LoadScope(connection, cancellation).ConfigureAwait(false);
        },
        cancellation);

    public async ValueTask<Position> Mark(CancellationToken cancellation) => await store.Session.Do(
        "write a marker into the log",
        async connection =>
        {
            // Made durable at once, or the server would not send it before its next flush.
            var lsn = await Query.One(
                connection,
                $"SELECT pg_logical_emit_message(true, {Quote.Text(store.Names.Marker)}, '')"
                + " FROM set_config('synchronous_commit', 'on', true)",
                cancellation).ConfigureAwait(false);
            return LogPosition.Of(LogPosition.Parse(lsn!));
        },
        cancellation).ConfigureAwait(false);

    public async ValueTask<ChangeBatch?> Next(Position after, TimeSpan patience, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        var done = false;
        try
        {
            var batch = await Failures.Translate(
                store.Opening.Shown, "read the log", () => Collect(after, patience, cancellation), cancellation)
                .ConfigureAwait(false);
            done = true;
            return batch;
        }
        finally
        {
            // What was taken and not told must be told again.
            if (!done)
                await CloseReader().ConfigureAwait(false);
            _turn.Release();
        }
    }

    public ValueTask Acknowledge(Position durable, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        _reader?.Acknowledge(durable);
        _filter.Confirm(durable);
        return ValueTask.CompletedTask;
    }

    public async Task Remove(CancellationToken cancellation)
    {
        await CloseReader().ConfigureAwait(false);
        await store.Session.Do(
            "remove the capture of changes",
            connection => new CaptureInstaller(store, connection).Remove(cancellation),
            cancellation).ConfigureAwait(false);
        Start = null;
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        await CloseReader().ConfigureAwait(false);
        _turn.Dispose();
    }

    /// <inheritdoc cref="ScopeFilter.HasRead"/>
    internal void HasRead(ulong end)
    {
        _filter.HasRead(end);
        store.Foresight.HasRead(end);
    }

    private async Task<ChangeBatch?> Collect(Position after, TimeSpan patience, CancellationToken cancellation)
    {
        if (Start is null)
            throw new InvalidOperationException("Changes are asked for before capture was prepared.");
        if (_reader is null || _reader.Told != after)
            await OpenReader(after, cancellation).ConfigureAwait(false);
        return await Make(_reader!, after, patience, cancellation).ConfigureAwait(false);
    }

    private async Task<ChangeBatch?> Make(
        LogReader reader, Position after, TimeSpan patience, CancellationToken cancellation)
    {
        var clock = store.Opening.Clock;
        var start = clock.GetTimestamp();
        while (true)
        {
            var left = patience - clock.GetElapsedTime(start);
            using var log = await Take(reader, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellation)
                .ConfigureAwait(false);
            if (log is null)
            {
                await EnsureThere(cancellation).ConfigureAwait(false);
                return null;
            }
            // After more parts than can be told apart a position stays where it is, but keys are keys.
            if (log.Reached == after && log.Count == 0)
                continue;
            await EnsureUnchanged(log.Described, LogPosition.Lsn(log.Reached), cancellation).ConfigureAwait(false);
            return await Tell(log, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Looks now and then whether a silent server is still in service.</summary>
    /// <remarks>A server that shuts down waits for those who read its log, and tells them nothing: it would wait for
    /// ever. Who is refused closes the reader, which lets the server go.</remarks>
    private async Task EnsureThere(CancellationToken cancellation)
    {
        var clock = store.Opening.Clock;
        if (_seen is { } seen && clock.GetElapsedTime(seen) < Glance)
            return;
        await store.Session.Do(
            "see whether the server is there", connection => Query.Run(connection, "SELECT 1", cancellation),
            cancellation).ConfigureAwait(false);
        _seen = clock.GetTimestamp();
    }

    private async ValueTask<LogBatch?> Take(LogReader reader, TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            return await reader.Take(patience, cancellation).ConfigureAwait(false);
        }
        catch (GodwitException failure) when (failure.Problem.Code == PostgreSqlProblems.KeyNotToldCode)
        {
            // Perhaps it is only planned otherwise than it is.
            await EnsureUnchanged(
                _streams.Select(one => one.Number).ToHashSet(), LogPosition.Lsn(reader.Told), cancellation)
                .ConfigureAwait(false);
            throw;
        }
        catch (GodwitException failure) when (_parser?.Truncated is { } truncated)
        {
            if (!await IsTruncatedThere(truncated.Stream, cancellation).ConfigureAwait(false))
                throw;
            _passed.Add((truncated.Stream.Number, truncated.Commit));
            throw new GodwitException(failure.Problem with { Recovery = Recovery.Retry });
        }
    }

    /// <summary>Whether the other side holds nothing of the tenant in that table any more: whoever meant the TRUNCATE
    /// has done there what it did here.</summary>
    private async Task<bool> IsTruncatedThere(ScopedStream stream, CancellationToken cancellation)
    {
        if (store.Peer.Major == 0)
            return false;
        var opening = store.Opening with { Address = store.Opening.Peer!, Shown = store.Opening.Elsewhere };
        var peer = new PostgreSqlSession(opening);
        await using var _ = peer.ConfigureAwait(false);
        return await peer.Do(
            "look whether the tenant's rows are gone",
            async connection => await Query.One(
                connection,
                $"SELECT 1 FROM {Quote.Table(stream.Schema)} AS t WHERE {ScopeSql.Of(stream, "t")} LIMIT 1",
                cancellation).ConfigureAwait(false) is null,
            cancellation).ConfigureAwait(false);
    }

    private async Task<ChangeBatch> Tell(LogBatch log, CancellationToken cancellation)
    {
        if (log.Count == 0 && log.Emptied.Count == 0)
            return ChangeBatch.Empty(log.Reached, log.Begin);
        return await TouchedReader.OfLog(store, _streams, _filter, log, cancellation).ConfigureAwait(false);
    }

    private async Task OpenReader(Position after, CancellationToken cancellation)
    {
        await CloseReader().ConfigureAwait(false);
        await store.Session.Do(
            "look at the slot",
            async connection =>
            {
                await new CaptureInstaller(store, connection).EnsureKept(after, cancellation).ConfigureAwait(false);
                // What was written before this place is not read, nor are the keys that came with it known.
                if (_filter.Since < LogPosition.Lsn(after))
                    await LoadScope(connection, cancellation).ConfigureAwait(false);
                store.Foresight.Begin(await LogPosition.End(connection, cancellation).ConfigureAwait(false));
            },
            cancellation).ConfigureAwait(false);
        _filter.Confirm(after);
        // Only a target of the same kind completes what is told in part from what it holds.
        _parser = new LogParser(_streams, _filter, store.Names.Own) { Passed = _passed };
        _reader = await LogReader.Start(store, _parser, mayBePart: store.Peer.Major > 0, after, cancellation)
            .ConfigureAwait(false);
    }

    private async Task CloseReader()
    {
        if (_reader is { } reader)
        {
            _reader = null;
            await reader.DisposeAsync().ConfigureAwait(false);
        }
        _filter.ForgetUntaken();
    }

    /// <summary>The tables that the log described anew have to be what was planned; otherwise it is planned
    /// anew.</summary>
    private async Task EnsureUnchanged(HashSet<int> described, ulong place, CancellationToken cancellation)
    {
        if (described.Count == 0)
            return;
        var tables = await store.Session.Do(
            "read the catalog", connection => SchemaReader.Read(connection, cancellation), cancellation)
            .ConfigureAwait(false);
        foreach (var stream in _streams.Where(one => described.Contains(one.Number)))
        {
            var now = tables.FirstOrDefault(one => one.Name == stream.Schema.Name);
            var difference = now is null
                ? "It is gone."
                : Definition.Difference(stream.Schema.Definition, Definition.Of(now));
            if (difference is not null)
            {
                throw new GodwitException(PostgreSqlProblems.TableChanged(
                    store.Opening.Shown, stream.Schema.Name, difference, LogPosition.Show(place)));
            }
        }
    }

    /// <summary>Remembers the tenant's keys before the log is read past this moment.</summary>
    private async Task LoadScope(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var filter = new ScopeFilter(store.Opening.Shown);
        if (_streams.Any(one => one.Kind != ScopeKind.Everything))
        {
            await Query.Run(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", cancellation)
                .ConfigureAwait(false);
            foreach (var stream in _streams.Where(one => one.Kind != ScopeKind.Everything))
                await LoadKeys(connection, filter, stream, cancellation).ConfigureAwait(false);
            await Query.Run(connection, "COMMIT", cancellation).ConfigureAwait(false);
            filter.Begin(await LogPosition.End(connection, cancellation).ConfigureAwait(false));
        }
        _filter = filter;
    }

    private static async Task LoadKeys(
        NpgsqlConnection connection, ScopeFilter filter, ScopedStream stream, CancellationToken cancellation)
    {
        var query = $"SELECT {KeySql.Select(stream.Schema, "t")} FROM {Quote.Table(stream.Schema)} AS t"
            + $" WHERE {ScopeSql.Of(stream, "t")}";
        await foreach (var batch in CopyReader
            .Read(connection, query, Wire.Of(KeySql.Columns(stream.Schema)), 1 << 20, cancellation)
            .ConfigureAwait(false))
        {
            using (batch)
            {
                for (var i = 0; i < batch.Count; i++)
                    filter.Load(stream, Key.Of(batch, i));
            }
        }
    }
}
