using Godwit.Connectors.Redis.Following;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis;

/// <summary>Tells what a server does, as operations, in the order in which it did them.</summary>
internal sealed class RedisChanges : IChangeSource, IAsyncDisposable
{
    private const int MostBytes = 4 << 20;

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan PlaceInterval = TimeSpan.FromSeconds(1);

    private readonly RedisSession _session;
    private readonly RedisFollowing _following;
    private readonly SemaphoreSlim _reading = new(1);
    private readonly List<(int Database, byte[] Key)> _asked = [];
    private ScopedStream? _stream;
    private ChangeCursor? _cursor;
    private OperationBuilder? _builder;
    private HeldKeys? _held;
    private FollowedPlace? _late;
    private HashSet<long> _lateEnds = [];
    private bool _wasLate = true;
    private long _caughtUp;
    private long _placed;

    internal RedisChanges(RedisSession session, RedisFollowing following) =>
        (_session, _following) = (session, following);

    public async Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        _stream = streams[0];
        await _following.Open(cancellation).ConfigureAwait(false);
    }

    public async ValueTask<Position> Mark(CancellationToken cancellation) =>
        await _following.Mark(cancellation).ConfigureAwait(false);

    public async ValueTask<ChangeBatch?> Next(
        Position after, TimeSpan patience, CancellationToken cancellation)
    {
        await _following.Open(cancellation).ConfigureAwait(false);
        await _reading.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await StandAt(after, cancellation).ConfigureAwait(false);
            var start = _session.Opening.Clock.GetTimestamp();
            while (true)
            {
                var grown = _following.Journal.Grown;
                if (await Read(after, cancellation).ConfigureAwait(false) is { } batch)
                    return batch;
                _following.ThrowIfBroken();
                var left = patience - _session.Opening.Clock.GetElapsedTime(start);
                if (left <= TimeSpan.Zero || !await Wait(grown, left, cancellation).ConfigureAwait(false))
                    return null;
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    public ValueTask Acknowledge(Position durable, CancellationToken cancellation)
    {
        var position = (long)durable.Offset;
        var clock = _session.Opening.Clock;
        if (_cursor is not null && _cursor.Position == position
            && (_placed == 0 || clock.GetElapsedTime(_placed) >= PlaceInterval))
        {
            new FollowedPlace(position, _cursor.Database).Write(_following.Directory);
            _held!.Pass(position);
            _following.Journal.Trim(position);
            _placed = clock.GetTimestamp();
            File.Delete(_following.Journal.SnapshotPath);
        }
        return ValueTask.CompletedTask;
    }

    public async Task Remove(CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await _following.Remove().ConfigureAwait(false);
            (_cursor, _builder, _held) = (null, null, null);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Has keys read again and told with the next batch, as they are then.</summary>
    internal void Ask(IEnumerable<(int Database, byte[] Key)> keys)
    {
        lock (_asked)
            _asked.AddRange(keys);
        _following.Journal.Signal();
    }

    /// <summary>What was written after the position that was told last, by somebody who did not heed the fence.</summary>
    /// <returns>Null when there is nothing. It is told again, in the same groups, until <see cref="LateTaken"/> is
    /// heard.</returns>
    internal async Task<ChangeBatch?> Late(CancellationToken cancellation)
    {
        await _following.Open(cancellation).ConfigureAwait(false);
        await _reading.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_cursor is null)
            {
                var place = FollowedPlace.Read(_following.Directory)
                    ?? new FollowedPlace(_following.Journal.State.Start, 0);
                await Begin(place.Position, place, cancellation).ConfigureAwait(false);
            }
            return await ReadLate(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>What was told last of late writes has arrived.</summary>
    internal async Task LateTaken(CancellationToken cancellation)
    {
        (_late, _lateEnds) = (null, []);
        if (_cursor is { } cursor)
            await Acknowledge(
                new Position(_following.Journal.State.Timeline, (ulong)cursor.Position), cancellation)
                .ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        _reading.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task StandAt(Position after, CancellationToken cancellation)
    {
        var (journal, position) = (_following.Journal, (long)after.Offset);
        if (after.Timeline != journal.State.Timeline)
            throw new GodwitException(RedisProblems.JournalLost(_session.Shown, after));
        if (_cursor is { } standing && standing.Position == position)
            return;
        if (journal.State.Start > position)
            throw new GodwitException(RedisProblems.HistoryLost(_session.Shown));
        var place = FollowedPlace.Read(_following.Directory);
        if (place is null || place.Position > position || place.Position < journal.State.Start)
            place = new FollowedPlace(journal.State.Start, 0);
        if (place.Position < journal.Begin)
            throw new GodwitException(RedisProblems.JournalLost(_session.Shown, after));
        await Begin(position, place, cancellation).ConfigureAwait(false);
    }

    private async Task Begin(long position, FollowedPlace place, CancellationToken cancellation)
    {
        var journal = _following.Journal;
        var table = await _following.Table(cancellation).ConfigureAwait(false);
        var checkpoint = System.Text.Encoding.UTF8.GetBytes(_session.CheckpointKey);
        _held = HeldKeys.Open(_following.Directory);
        _held.BeginAt(position);
        var cursor = new ChangeCursor(journal);
        cursor.Seek(place.Position, place.Database);
        while (cursor.Position < position)
        {
            var grown = journal.Grown;
            if (!cursor.Peek())
            {
                await _following.Grow(grown, cancellation).ConfigureAwait(false);
                continue;
            }
            cursor.NoteDatabase();
            cursor.Pass();
        }
        if (cursor.Position != position)
            throw new GodwitException(RedisProblems.JournalLost(
                _session.Shown, new Position(journal.State.Timeline, (ulong)position)));
        _cursor = cursor;
        _builder = new OperationBuilder(
            cursor, new ScopeJudge(_session.Scope, table, checkpoint), _session.Scope, _held,
            _session.OwnDatabase);
    }

    /// <returns>Null when nothing has come.</returns>
    private async Task<ChangeBatch?> Read(
        Position after, CancellationToken cancellation, long touchedFrom = 0)
    {
        var touched = new TouchedNames(Stream(), _session.Scope, touchedFrom);
        var (cursor, builder) = (_cursor!, _builder!);
        RedisOperations operations;
        try
        {
            builder.Begin(touched);
            var isLate = IsLate();
            operations = builder.Build(MostOf(touchedFrom - (long)after.Offset), _lateEnds, cancellation);
            operations.IsLate = isLate;
        }
        catch (FormatException broken)
        {
            _cursor = null;
            throw new GodwitException(
                RedisProblems.Unexpected(_session.Shown, broken.Message.TrimEnd('.')), broken);
        }
        if (builder.Rereads.Count > 0)
            await Reread([.. builder.Rereads], cursor.Position, cancellation).ConfigureAwait(false);
        else
            await TellAsked(operations, touched, cancellation).ConfigureAwait(false);
        var reached = new Position(after.Timeline, (ulong)cursor.Position);
        Refuse(builder, reached);
        var hasCaughtUp = HasCaughtUp(operations);
        if (reached == after && operations.Groups.Count == 0 && !hasCaughtUp)
            return null;
        return Batch(reached, touched, operations, builder.Emptied);
    }

    private async Task<ChangeBatch?> ReadLate(CancellationToken cancellation)
    {
        var cursor = _cursor!;
        var told = cursor.Position;
        if (_late is { } again)
            cursor.Seek(again.Position, again.Database);
        else
            _late = new FollowedPlace(cursor.Position, cursor.Database);
        var start = new Position(_following.Journal.State.Timeline, (ulong)cursor.Position);
        var batch = await Read(start, cancellation, told).ConfigureAwait(false);
        if (cursor.Position < told)
            throw new InvalidOperationException("What was told of late writes was not told again as a whole.");
        _lateEnds.Add(cursor.Position);
        if (batch is { Native: RedisOperations { Groups.Count: > 0 } })
            return batch;
        await LateTaken(cancellation).ConfigureAwait(false);
        return null;
    }

    private static ChangeBatch Batch(
        Position reached, TouchedNames touched, RedisOperations operations, bool emptied)
    {
        var touch = touched.Take();
        return new ChangeBatch(reached, touch.Keys.Count > 0 ? [touch] : [], _ => Nothing())
        {
            Native = operations,
            Emptied = emptied ? [touched.Stream] : [],
        };
    }

    /// <summary>Late is what was not read within a moment of its arrival.</summary>
    private bool IsLate()
    {
        var clock = _session.Opening.Clock;
        if (_cursor!.Position == _following.Journal.End)
            _caughtUp = clock.GetTimestamp();
        return _caughtUp == 0 || clock.GetElapsedTime(_caughtUp) > Moment;
    }

    /// <summary>Told once, also when nothing came: the destination waits for it.</summary>
    private bool HasCaughtUp(RedisOperations operations)
    {
        var hasCaughtUp = _wasLate && !operations.IsLate;
        _wasLate = operations.IsLate;
        return hasCaughtUp;
    }

    /// <summary>What is told again has to be told as a whole.</summary>
    private static int MostOf(long again) => (int)Math.Clamp(4 * again, MostBytes, int.MaxValue);

    private static async IAsyncEnumerable<StreamRecords> Nothing()
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield break;
    }

    private void Refuse(OperationBuilder builder, Position at)
    {
        if (builder.Unknown is { } command)
        {
            _cursor = null;
            throw new GodwitException(RedisProblems.UnknownCommand(_session.Shown, command, at));
        }
        if (builder.Swapped)
        {
            _cursor = null;
            throw new GodwitException(RedisProblems.Swapped(_session.Shown, at));
        }
    }

    /// <summary>What a unit wrote is read as it is now; the commands up to now are in it.</summary>
    private async Task Reread(
        List<(int Database, byte[] Key)> keys, long asked, CancellationToken cancellation)
    {
        var (states, position) = await _following.ReadStates(keys, cancellation).ConfigureAwait(false);
        foreach (var (database, key) in keys)
            _held!.Hold(database, key, asked, position);
        _builder!.CloseReread((commands, i) => states.AddTo(commands, i, keys[i].Key));
    }

    private async Task TellAsked(
        RedisOperations operations, TouchedNames touched, CancellationToken cancellation)
    {
        List<(int Database, byte[] Key)> asked;
        lock (_asked)
        {
            asked = [.. _asked];
            _asked.Clear();
        }
        if (asked.Count == 0)
            return;
        _builder!.AddRereads(asked);
        await Reread(asked, _cursor!.Position, cancellation).ConfigureAwait(false);
    }

    private ScopedStream Stream() => _stream
        ?? throw new InvalidOperationException("Changes are told of streams that were prepared.");

    private async Task<bool> Wait(Task grown, TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            await grown.WaitAsync(patience, _session.Opening.Clock, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
