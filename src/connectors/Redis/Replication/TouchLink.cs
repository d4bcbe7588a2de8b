using Godwit.Connectors.Redis.Following;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>Follows a server that does not let itself be followed as a replica does: it says which keys were touched,
/// and each is read and written into the journal as a command that makes it what it is.</summary>
/// <remarks>
/// Invariant: a key is read after the touch that it is read for,
/// so the last that is told of a key is its last state. A server forgets what it would have told when the connection
/// breaks: whoever connects again begins a new history, with everything. It does not call a stream touched when a group
/// takes or acknowledges entries: streams are read again every second, and before every mark. Nor is everything told
/// that changes keys: see <see cref="UntoldChanges"/>.
/// </remarks>
internal sealed class TouchLink : IChangeLink
{
    /// <summary>Keys that are read together.</summary>
    internal const int PerStep = 200;

    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);

    private readonly RedisSession _session;
    private readonly ITouchTelling _telling;
    private readonly ReplicationJournal _journal;
    private readonly CancellationTokenSource _closing = new();
    private readonly LinkLife _life;
    private readonly Task _running;
    private RedisConnection? _hearing;
    private UntoldChanges? _untold;
    private TouchedQueue _touched = new();
    private KnownStreams _streams;
    private long _told;

    /// <param name="session">A source, of one database.</param>
    /// <param name="telling">How the server says what is touched.</param>
    /// <param name="journal">Stays the caller's, and outlives the link.</param>
    internal TouchLink(RedisSession session, ITouchTelling telling, ReplicationJournal journal)
    {
        (_session, _telling, _journal) = (session, telling, journal);
        _life = new LinkLife(journal, session.Opening.Clock);
        _streams = new KnownStreams(session.Facts.IsValkey);
        _running = Task.Run(() => _life.Run(Once, () => session.Address.Endpoint, _closing.Token));
    }

    public Problem? Failure => _life.Failure;

    public SnapshotFile? Snapshot { get; private set; }

    /// <summary>Whether a source can be followed so: what it hears has no database, and it cannot tell Godwit's own
    /// writes from others', so that writers have to be stopped when changes flow back.</summary>
    internal static bool Suits(RedisSession session) =>
        session.Scope is { Database: not null, Slots: null }
        && (session.Opening.FencedUser is not null || !session.Opening.FeedsBack);

    /// <summary>The place in the journal up to which everything is that was done before the call.</summary>
    /// <param name="grow">Waits for a signal of the journal, and raises why none comes.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    internal async Task<long> Mark(Func<Task, Task> grow, CancellationToken cancellation)
    {
        while (true)
        {
            var grown = _journal.Grown;
            if (Volatile.Read(ref _hearing) is { IsAlive: true } hearing)
            {
                // Touches are told at the end of a round of the server: the second answer is of a later one.
                await hearing.Call(cancellation, "PING").ConfigureAwait(false);
                await hearing.Call(cancellation, "PING").ConfigureAwait(false);
                var touched = _touched;
                LookAtStreams(touched);
                await LookAtUntold(
                    await _session.Control(cancellation).ConfigureAwait(false), touched, cancellation)
                    .ConfigureAwait(false);
                var last = touched.Last;
                while (!touched.HasLost && ReferenceEquals(touched, _touched) && Interlocked.Read(ref _told) < last)
                {
                    await grow(grown).ConfigureAwait(false);
                    grown = _journal.Grown;
                }
                if (!touched.HasLost && ReferenceEquals(touched, _touched))
                    return _journal.End;
            }
            await grow(grown).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task Once(CancellationToken cancellation)
    {
        var database = _session.Scope.Database!.Value;
        var hearing = await _session.Dial(database, cancellation).ConfigureAwait(false);
        await using var first = hearing.ConfigureAwait(false);
        var reading = await _session.Dial(database, cancellation).ConfigureAwait(false);
        await using var second = reading.ConfigureAwait(false);
        var touched = new TouchedQueue();
        hearing.Pushed = pushed => _telling.Hear(pushed, touched);
        await hearing.Call(cancellation, "HELLO", "3").ConfigureAwait(false);
        _untold = await UntoldChanges.Begin(reading, cancellation).ConfigureAwait(false);
        await _telling.Begin(hearing, cancellation).ConfigureAwait(false);
        _streams = new KnownStreams(_session.Facts.IsValkey);
        await TakeSnapshot(reading, database, cancellation).ConfigureAwait(false);
        (_touched, _told) = (touched, 0);
        _journal.Append(CommandBatch.Of(
            "SELECT", database.ToString(System.Globalization.CultureInfo.InvariantCulture)).Memory.Span);
        Volatile.Write(ref _hearing, hearing);
        _life.Stands();
        await Follow(hearing, reading, touched, cancellation).ConfigureAwait(false);
    }

    private async Task Follow(
        RedisConnection hearing, RedisConnection reading, TouchedQueue touched, CancellationToken cancellation)
    {
        var clock = _session.Opening.Clock;
        var looked = clock.GetTimestamp();
        while (true)
        {
            if (touched.HasLost)
                throw new GodwitException(RedisProblems.TrackLost(_session.Shown));
            if (clock.GetElapsedTime(looked) >= Glance)
            {
                LookAtStreams(touched);
                await LookAtUntold(reading, touched, cancellation).ConfigureAwait(false);
                looked = clock.GetTimestamp();
            }
            await Tell(reading, _session.Scope.Database!.Value, touched, cancellation).ConfigureAwait(false);
            try
            {
                await touched.Added.WaitAsync(Glance, clock, cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                await hearing.Call(cancellation, "PING").ConfigureAwait(false);
            }
        }
    }

    private async Task TakeSnapshot(RedisConnection reading, int database, CancellationToken cancellation)
    {
        using var file = new SnapshotFile(_journal.SnapshotPath);
        _journal.StartHistory($"tracked since {_session.Opening.Clock.GetUtcNow():O}", 1);
        Snapshot = file;
        _life.Stands();
        try
        {
            await new WalkedSnapshot(_session, reading, _streams).Write(file, database, cancellation)
                .ConfigureAwait(false);
            file.Complete();
            _journal.SnapshotIsHere();
        }
        catch
        {
            file.Fail();
            throw;
        }
    }

    private async Task Tell(
        RedisConnection reading, int database, TouchedQueue touched, CancellationToken cancellation)
    {
        while (true)
        {
            var (keys, upTo) = touched.Take(PerStep);
            if (keys.Count == 0)
                return;
            var states = await PresentStates.Read(
                reading, _session.Facts, isCluster: false, [.. keys.Select(one => (database, one))], cancellation)
                .ConfigureAwait(false);
            var commands = new CommandBatch();
            for (var i = 0; i < keys.Count; i++)
            {
                if (_streams.Note(keys[i], states.States[i]?.Payload))
                    states.AddTo(commands, i, keys[i]);
            }
            Interlocked.Exchange(ref _told, upTo);
            _journal.Append(commands.Memory.Span);
        }
    }

    private async Task LookAtUntold(
        RedisConnection connection, TouchedQueue touched, CancellationToken cancellation)
    {
        if (_untold is { } untold && await untold.AreThere(connection, cancellation).ConfigureAwait(false))
            touched.Lose();
    }

    private void LookAtStreams(TouchedQueue touched)
    {
        foreach (var key in _streams.Keys)
            touched.Add(key);
    }
}
