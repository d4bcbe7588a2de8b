using System.Buffers;
using Godwit.Core.Positions;
using Npgsql.Replication;
using Npgsql.Replication.Internal;
using NpgsqlTypes;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>Reads the log through the slot, ahead of whoever asks, by a bounded number of keys.</summary>
/// <remarks>
/// What was read and what is durable at the target are two positions: only the second is ever told to the server, by
/// <see cref="Acknowledge"/>. The server's keepalives are answered with it and move nothing.
/// </remarks>
internal sealed class LogReader : IAsyncDisposable
{
    /// <summary>How long a batch may grow that is asked for before the one before is durable.</summary>
    private static readonly TimeSpan Growing = TimeSpan.FromMilliseconds(50);

    /// <summary>So many keys are worth a batch while the one before is not durable yet: a batch that is made later
    /// holds more changes of the same keys.</summary>
    internal const int Worthwhile = 5000;

    private const int Most = 100_000;

    /// <summary>How long messages may gather when there is nothing more to read.</summary>
    /// <remarks>The server sends each by itself; who woke up for each would keep both sides busy with that.</remarks>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly LogParser _parser;
    private readonly LogicalReplicationConnection _connection;
    private readonly Task _reading;
    private readonly bool _mayBePart;
    private readonly TimeProvider _clock;
    private readonly StreamSpool? _spool;
    private LogBatch _batch;
    private TaskCompletionSource _arrived = NewSignal();
    private TaskCompletionSource _worthwhile = NewSignal();
    private TaskCompletionSource _room = NewSignal();
    private TaskCompletionSource? _end;
    private Exception? _failure;
    private ulong _part;
    private Position _durable;

    private LogReader(
        LogicalReplicationConnection connection, LogParser parser, PostgreSqlStore store, bool mayBePart,
        Position after)
    {
        (_connection, _parser, _mayBePart) = (connection, parser, mayBePart);
        (Told, _durable) = (after, after);
        _clock = store.Opening.Clock;
        if (store.Opening.Folder is { } folder)
            _spool = new StreamSpool(Path.Combine(folder, "streamed"), store.Opening.Shown);
        _batch = new LogBatch(mayBePart);
        parser.LastEnd = LogPosition.Lsn(after);
        _part = LogPosition.Part(after);
        connection.SetReplicationStatus(new NpgsqlLogSequenceNumber(LogPosition.Lsn(after)));
        _reading = Task.Run(() => Read(store.Names));
    }

    /// <summary>The end of what was taken.</summary>
    internal Position Told { get; private set; }

    /// <param name="store">Where the log is.</param>
    /// <param name="parser">Takes the messages apart.</param>
    /// <param name="mayBePart">Whether records may be told in part.</param>
    /// <param name="after">Where to begin.</param>
    /// <param name="cancellation">Gives up connecting.</param>
    internal static async Task<LogReader> Start(
        PostgreSqlStore store, LogParser parser, bool mayBePart, Position after, CancellationToken cancellation)
    {
        var connection = await store.Session.OpenReplication(cancellation).ConfigureAwait(false);
        return new LogReader(connection, parser, store, mayBePart, after);
    }

    /// <summary>What was read since the last call, up to a commit, or up to the bound. Before what was taken last is
    /// durable it may grow for a moment, until it is <see cref="Worthwhile"/>.</summary>
    /// <returns>Null when nothing comes in time.</returns>
    internal async ValueTask<LogBatch?> Take(TimeSpan patience, CancellationToken cancellation)
    {
        Task arrived, worthwhile;
        lock (_lock)
            (arrived, worthwhile) = (_arrived.Task, _durable < Told ? _worthwhile.Task : Task.CompletedTask);
        var start = _clock.GetTimestamp();
        await Within(worthwhile, patience < Growing ? patience : Growing, cancellation).ConfigureAwait(false);
        if (!await Within(arrived, patience - _clock.GetElapsedTime(start), cancellation).ConfigureAwait(false))
            return null;
        Task end;
        lock (_lock)
        {
            if (!_parser.IsInside || _batch.Count >= Most || _failure is not null)
                return Cut();
            // The next transaction has begun meanwhile: only what is too large is told in parts.
            end = (_end = NewSignal()).Task;
        }
        await end.WaitAsync(cancellation).ConfigureAwait(false);
        lock (_lock)
            return Cut();
    }

    /// <summary>The server may forget what lies before a position.</summary>
    internal void Acknowledge(Position durable)
    {
        _connection.SetReplicationStatus(new NpgsqlLogSequenceNumber(LogPosition.Lsn(durable)));
        lock (_lock)
        {
            _durable = durable;
            if (durable >= Told)
                _worthwhile.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        lock (_lock)
            _room.TrySetResult();
        await _reading.ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        if (_spool is not null)
            await _spool.DisposeAsync().ConfigureAwait(false);
        _batch.Dispose();
        _stop.Dispose();
    }

    private async ValueTask<bool> Within(Task task, TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            await task.WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, _clock, cancellation)
                .ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private LogBatch Cut()
    {
        if (_failure is not null && _batch.Count == 0)
            throw _failure;
        var batch = _batch;
        _batch = new LogBatch(_mayBePart);
        _part = _parser.IsInside ? _part + 1 : 0;
        if (_parser.IsInside)
            _parser.Continue(_batch);
        batch.Begin = Told;
        batch.Reached = Told = LogPosition.Of(_parser.LastEnd, _part);
        if (_failure is null)
            (_arrived, _worthwhile) = (NewSignal(), NewSignal());
        _end = null;
        _room.TrySetResult();
        return batch;
    }

    // Owns every failure: whoever takes next gets it.
    private async Task Read(PostgreSqlNames names)
    {
        try
        {
            await ReadLog(names).ConfigureAwait(false);
            Fail(new IOException("The server ended the replication."));
        }
#pragma warning disable CA1031 // The top of a worker: what failed is thrown where the batches are taken.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(failure);
        }
    }

    private async Task ReadLog(PostgreSqlNames names)
    {
        var slot = new Slot(names.Slot);
        var options = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["proto_version"] = "1",
            ["publication_names"] = names.Publication,
            ["messages"] = "true",
        };
        if (_spool is not null)
            (options["proto_version"], options["streaming"]) = ("2", "on");
        var start = new NpgsqlLogSequenceNumber(_parser.LastEnd);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            var log = _connection
                .StartLogicalReplication(slot, _stop.Token, start, options, bypassingStream: false)
                .GetAsyncEnumerator(_stop.Token);
            await using var _ = log.ConfigureAwait(false);
            while (true)
            {
                var next = log.MoveNextAsync();
                var hasWaited = !next.IsCompleted;
                if (!await next.ConfigureAwait(false))
                    return;
                var data = log.Current.Data;
                var length = (int)data.Length;
                if (buffer.Length < length)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = ArrayPool<byte>.Shared.Rent(length);
                }
                await data.ReadExactlyAsync(buffer.AsMemory(0, length), _stop.Token).ConfigureAwait(false);
                await Take(buffer.AsMemory(0, length)).ConfigureAwait(false);
                if (hasWaited)
                    await Task.Delay(Gathering, _clock, _stop.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask Take(Memory<byte> message)
    {
        if (_spool is null || !_spool.Takes(message.Span))
        {
            await Add(message.Span).WaitAsync(_stop.Token).ConfigureAwait(false);
            return;
        }
        await foreach (var told in _spool.Take(message, _stop.Token).ConfigureAwait(false))
            await Add(told.Span).WaitAsync(_stop.Token).ConfigureAwait(false);
    }

    /// <returns>Completes when there is room for more.</returns>
    private Task Add(ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            _parser.Take(message, _batch);
            var isFull = _batch.Count >= Most;
            if (!isFull && _parser.IsInside)
                return Task.CompletedTask;
            if (_batch.Count >= Worthwhile)
                _worthwhile.TrySetResult();
            _arrived.TrySetResult();
            if (!isFull && _end is null)
                return Task.CompletedTask;
            // Whoever waits for this place takes what was read up to here before anything else is added.
            _end?.TrySetResult();
            _room = NewSignal();
            return _room.Task;
        }
    }

    private void Fail(Exception failure)
    {
        lock (_lock)
        {
            _failure = failure;
            _arrived.TrySetResult();
            _worthwhile.TrySetResult();
            _end?.TrySetResult();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Slot(string name)
        : LogicalReplicationSlot("pgoutput", new ReplicationSlotOptions(name));
}
