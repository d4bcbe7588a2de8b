using Godwit.Connectors.Redis.Following;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis;

/// <summary>Tells what a server does, as operations, in the order in which it did them.</summary>
internal sealed class RedisChanges(RedisSession session, RedisFollowing following) : IChangeSource, IAsyncDisposable
{
    private static readonly TimeSpan PlaceInterval = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _reading = new(1);
    private ScopedStream? _stream;
    private OperationReader? _reader;
    private FollowedPlace? _durable;
    private FollowedPlace? _late;
    private HashSet<long> _lateEnds = [];
    private long _taken;
    private long _placed;

    public async Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        _stream = streams[0];
        await following.EnsureWhole(cancellation).ConfigureAwait(false);
        await following.Open(cancellation).ConfigureAwait(false);
    }

    /// <summary>A server lets its first replica wait for others to come (repl-diskless-sync-delay).</summary>
    public Task PrepareSoon(CancellationToken cancellation) => following.Begin(cancellation);

    public async ValueTask<Position> Mark(CancellationToken cancellation) =>
        await following.Mark(cancellation).ConfigureAwait(false);

    public async ValueTask<ChangeBatch?> Next(
        Position after, TimeSpan patience, CancellationToken cancellation)
    {
        await following.EnsureWhole(cancellation).ConfigureAwait(false);
        await following.Open(cancellation).ConfigureAwait(false);
        await following.BeginReading(cancellation).ConfigureAwait(false);
        return await InTurn(() => Read(after, patience, cancellation), cancellation).ConfigureAwait(false);
    }

    public async ValueTask Acknowledge(Position durable, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var position = (long)durable.Offset;
        if (_reader is { } standing && standing.Told.Position == position)
            _durable = standing.Told;
        var clock = session.Opening.Clock;
        if (_reader is not { } reader || reader.Told.Position != position
            || (_placed != 0 && clock.GetElapsedTime(_placed) < PlaceInterval))
            return;
        _placed = clock.GetTimestamp();
        await Task.Run(
            () =>
            {
                reader.Told.Write(following.Directory);
                reader.Pass(position);
                following.Journal.Trim(position);
                if (following.Journal.State.Start < position)
                    File.Delete(following.Journal.SnapshotPath);
            },
            cancellation).ConfigureAwait(false);
    }

    public async Task Remove(CancellationToken cancellation) =>
        await InTurn(
            async () =>
            {
                await ForgetReader().ConfigureAwait(false);
                await following.Remove().ConfigureAwait(false);
                return true;
            },
            cancellation).ConfigureAwait(false);

    /// <summary>Has keys read again and told with the next batch, as they are then.</summary>
    internal void Ask(IEnumerable<(int Database, byte[] Key)> keys)
    {
        // Nobody reads yet: whoever asked will find them different again, and ask again.
        _reader?.Ask(keys);
        following.Journal.Signal();
    }

    /// <summary>What was written after the position that was told last, by somebody who did not heed the
    /// fence.</summary>
    /// <returns>Null when there is nothing. It is told again, in the same groups, until <see cref="LateTaken"/> is
    /// heard.</returns>
    internal async Task<ChangeBatch?> Late(CancellationToken cancellation)
    {
        await following.Open(cancellation).ConfigureAwait(false);
        await following.BeginReading(cancellation).ConfigureAwait(false);
        return await InTurn(() => ReadLate(cancellation), cancellation).ConfigureAwait(false);
    }

    /// <summary>Raises a problem when what was told last may hold deletions of keys that only went to another
    /// server.</summary>
    internal Task Confirm(CancellationToken cancellation) => following.EnsureSettled(cancellation);

    /// <summary>What was told last of late writes has arrived.</summary>
    internal async Task LateTaken(CancellationToken cancellation)
    {
        (_late, _lateEnds) = (null, []);
        if (_reader is { } reader)
            await Acknowledge(
                new Position(following.Journal.State.Timeline, (ulong)reader.Told.Position), cancellation)
                .ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await ForgetReader().ConfigureAwait(false);
        _reading.Dispose();
    }

    private async Task<ChangeBatch?> Read(Position after, TimeSpan patience, CancellationToken cancellation)
    {
        var clock = session.Opening.Clock;
        var start = clock.GetTimestamp();
        while (true)
        {
            var grown = following.Journal.Grown;
            if (await Stand(after, cancellation).ConfigureAwait(false) is { } anew)
                return anew;
            if (await _reader!.Read(0, [], cancellation).ConfigureAwait(false) is { } read)
                return Batch(read.Built, read.Emptied);
            following.ThrowIfBroken();
            var left = patience - clock.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || !await Wait(grown, left, cancellation).ConfigureAwait(false))
                return null;
        }
    }

    /// <summary>Has the reader stand at a position.</summary>
    /// <returns>Where the server has begun a new history: its snapshot, which comes before everything else.</returns>
    private async Task<ChangeBatch?> Stand(Position after, CancellationToken cancellation)
    {
        var (journal, position) = (following.Journal, (long)after.Offset);
        var state = journal.State;
        if (after.Timeline != state.Timeline)
            throw new GodwitException(RedisProblems.JournalLost(session.Shown, after));
        if (state.Start > position)
            return await Anew(after, cancellation).ConfigureAwait(false);
        if (_reader is { } standing && standing.Told.Position == position)
            return null;
        await ForgetReader().ConfigureAwait(false);
        _reader = await OperationReader.At(
            session, following, Stream(), Place(position) ?? throw new GodwitException(
                RedisProblems.JournalLost(session.Shown, after)), position, cancellation).ConfigureAwait(false);
        _durable = _reader.Told;
        return null;
    }

    /// <summary>Null when the journal does not reach back to where reading would have to begin.</summary>
    private FollowedPlace? Place(long position)
    {
        var start = following.Journal.State.Start;
        var place = FollowedPlace.Read(following.Directory);
        if (place is null || place.Position > position || place.Position < start)
            place = new FollowedPlace(start, 0);
        return place.Position >= following.Journal.Begin ? place : null;
    }

    /// <summary>The destination takes the whole snapshot again; what was read of the old history is void.</summary>
    private async Task<ChangeBatch> Anew(Position after, CancellationToken cancellation)
    {
        if (session.Role != StoreRole.Source)
            throw new GodwitException(RedisProblems.HistoryLost(session.Shown));
        await ForgetReader().ConfigureAwait(false);
        var snapshot = await following.Snapshot(cancellation).ConfigureAwait(false);
        return snapshot.Taken <= after
            ? throw new GodwitException(RedisProblems.JournalLost(session.Shown, after))
            : new ChangeBatch(snapshot.Taken, [], _ => Nothing())
            {
                Native = new RedisOperations { Snapshot = snapshot, IsLate = true },
                Emptied = [Stream()],
            };
    }

    private async Task<ChangeBatch?> ReadLate(CancellationToken cancellation)
    {
        var isSure = true;
        if (_reader is null)
        {
            var place = Place(long.MaxValue) ?? throw new GodwitException(
                RedisProblems.JournalLost(session.Shown, default));
            _reader = await OperationReader.At(
                session, following, Stream(), place, place.Position, cancellation).ConfigureAwait(false);
            _durable = null;
            isSure = false;
        }
        var told = _reader.Told;
        var touchedFrom = told.Position;
        if (_late is null)
        {
            // A batch that was told when the followers ended was never applied: it is late too.
            _late = _durable is { } durable && durable.Position < told.Position ? durable : told;
            touchedFrom = _late.Position;

            // No group may hold some of what the other side has, and some that is late.
            // What is read again may come in several batches: a key that has to be read ends one.
            _lateEnds.Add(told.Position);
            if (!isSure || touchedFrom < told.Position)
                _taken = await session.TakenByPeer(following.Journal.State.Timeline, cancellation)
                    .ConfigureAwait(false);
            _lateEnds.Add(_taken);
        }
        await _reader.GoBack(_late).ConfigureAwait(false);
        var read = await _reader.Read(touchedFrom, _lateEnds, cancellation).ConfigureAwait(false);
        if (_reader.Told.Position < told.Position)
            throw new InvalidOperationException("What was told of late writes was not told again as a whole.");
        _lateEnds.Add(_reader.Told.Position);
        if (read is { Built.Operations.Groups.Count: > 0 } late)
        {
            // Asked when all of it has been read: a key that went to another server is no late deletion.
            await following.EnsureSettled(cancellation).ConfigureAwait(false);
            return Batch(late.Built, late.Emptied);
        }
        await LateTaken(cancellation).ConfigureAwait(false);
        return null;
    }

    private ChangeBatch Batch(BuiltOperations built, bool emptied)
    {
        var touched = built.Touched.Take();
        var reached = new Position(following.Journal.State.Timeline, (ulong)built.End.Position);
        return new ChangeBatch(reached, touched.Keys.Count > 0 ? [touched] : [], _ => Nothing())
        {
            Native = built.Operations,
            Emptied = emptied ? [Stream()] : [],
        };
    }

    private static async IAsyncEnumerable<StreamRecords> Nothing()
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield break;
    }

    private ScopedStream Stream() => _stream
        ?? throw new InvalidOperationException("Changes are told of streams that were prepared.");

    private async Task ForgetReader()
    {
        if (_reader is not null)
            await _reader.ForgetAhead().ConfigureAwait(false);
        (_reader, _late, _lateEnds, _taken) = (null, null, [], 0);
    }

    private async Task<bool> Wait(Task grown, TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            await grown.WaitAsync(patience, session.Opening.Clock, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<T> InTurn<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _reading.Release();
        }
    }
}
