using Godwit.Connectors.Redis.Commands;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Redis.Following;

/// <summary>Reads a journal as batches of operations, one ahead of what was told.</summary>
/// <remarks>For one task at a time. Where it stands is said by <see cref="Told"/>: what is read ahead is forgotten when
/// somebody wants to stand elsewhere.</remarks>
internal sealed class OperationReader
{
    private const int MostBytes = 4 << 20;

    /// <summary>What was read later than this after it came is late.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly RedisSession _session;
    private readonly RedisFollowing _following;
    private readonly ScopedStream _stream;
    private readonly HeldKeys _held;
    private readonly ChangeCursor _cursor;
    private readonly OperationBuilder _builder;
    private readonly List<(int Database, byte[] Key)> _asked = [];
    private Task<BuiltOperations>? _ahead;
    private bool _wasLate = true;
    private long _caughtUp;

    private OperationReader(
        RedisSession session, RedisFollowing following, ScopedStream stream, CommandTable table, HeldKeys held)
    {
        (_session, _following, _stream, _held) = (session, following, stream, held);
        var checkpoint = System.Text.Encoding.UTF8.GetBytes(session.CheckpointStem);
        _cursor = new ChangeCursor(following.Journal);
        _builder = new OperationBuilder(
            _cursor, new ScopeJudge(session.Scope, table, checkpoint, session.PeerFacts), session.Scope, held,
            session.OwnDatabase);
        Told = new FollowedPlace(0, 0);
    }

    /// <summary>Where the batch ended that was told last.</summary>
    internal FollowedPlace Told { get; private set; }

    /// <summary>A reader that stands at a position.</summary>
    /// <param name="place">Where reading may begin, at or before the position.</param>
    /// <exception cref="GodwitException">The position is no end of a command.</exception>
    internal static async Task<OperationReader> At(
        RedisSession session, RedisFollowing following, ScopedStream stream, FollowedPlace place, long position,
        CancellationToken cancellation)
    {
        // The destination decides which commands can be carried out as they are.
        await session.AskPeer(cancellation).ConfigureAwait(false);
        var table = await following.Table(cancellation).ConfigureAwait(false);
        var held = HeldKeys.Open(following.Directory);
        held.BeginAt(position);
        var reader = new OperationReader(session, following, stream, table, held);
        await reader.GoTo(place, position, cancellation).ConfigureAwait(false);
        return reader;
    }

    /// <summary>Has keys read again and told with the next batch, as they are then.</summary>
    internal void Ask(IEnumerable<(int Database, byte[] Key)> keys)
    {
        lock (_asked)
            _asked.AddRange(keys);
    }

    /// <summary>What was held for the sake of earlier positions is not needed any more.</summary>
    internal void Pass(long durable) => _held.Pass(durable);

    /// <summary>Stands again where it stood; what was told since is told again.</summary>
    internal async Task GoBack(FollowedPlace place)
    {
        await ForgetAhead().ConfigureAwait(false);
        _cursor.Seek(place.Position, place.Database);
        Told = place;
    }

    /// <summary>The next operations.</summary>
    /// <param name="touchedFrom">Keys that are touched before this position are left out.</param>
    /// <param name="ends">Positions at which a group has to end.</param>
    /// <param name="cancellation">Stands where it stood.</param>
    /// <returns>Null when nothing has come.</returns>
    internal async Task<(BuiltOperations Built, bool Emptied)?> Read(
        long touchedFrom, HashSet<long> ends, CancellationToken cancellation)
    {
        var before = Told;
        var built = await Take(touchedFrom, ends, cancellation).ConfigureAwait(false);
        try
        {
            Refuse(built);
            await Reread(built, cancellation).ConfigureAwait(false);
        }
        catch
        {
            _cursor.Seek(before.Position, before.Database);
            throw;
        }
        Told = built.End;
        var hasCaughtUp = _wasLate && !built.Operations.IsLate;
        _wasLate = built.Operations.IsLate;
        var isNothing = built.Operations.Groups.Count == 0 && built.End.Position == before.Position;
        if (isNothing && !hasCaughtUp)
            return null;
        var emptied = _builder.Emptied;
        if (_following.Journal.End > _cursor.Position && touchedFrom == 0)
            _ahead = Task.Run(() => Build(0, ends, CancellationToken.None), CancellationToken.None);
        return (built, emptied);
    }

    internal async Task ForgetAhead()
    {
        if (_ahead is null)
            return;
        await ((Task)_ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ahead = null;
        _cursor.Seek(Told.Position, Told.Database);
    }

    private async Task<BuiltOperations> Take(long touchedFrom, HashSet<long> ends, CancellationToken cancellation)
    {
        if (_ahead is not { } ahead)
            return Build(touchedFrom, ends, cancellation);
        _ahead = null;
        try
        {
            return await ahead.ConfigureAwait(false);
        }
        catch
        {
            _cursor.Seek(Told.Position, Told.Database);
            throw;
        }
    }

    private BuiltOperations Build(long touchedFrom, HashSet<long> ends, CancellationToken cancellation)
    {
        var start = _cursor.Position;
        var touched = new TouchedNames(_stream, _session.Scope, touchedFrom);
        var isLate = IsLate();
        _builder.Begin(touched, _following.Walked);
        try
        {
            // What is told again has to be told as a whole.
            var most = (int)Math.Clamp(4 * (touchedFrom - start), MostBytes, int.MaxValue);
            var operations = _builder.Build(most, ends, cancellation);
            operations.IsLate = isLate;
            return new BuiltOperations(
                operations, touched, new FollowedPlace(_cursor.Position, _cursor.Database));
        }
        catch (FormatException broken)
        {
            throw new GodwitException(
                RedisProblems.Unexpected(_session.Shown, broken.Message.TrimEnd('.')), broken);
        }
    }

    private bool IsLate()
    {
        var clock = _session.Opening.Clock;
        if (_cursor.Position == _following.Journal.End)
            _caughtUp = clock.GetTimestamp();
        return _caughtUp == 0 || clock.GetElapsedTime(_caughtUp) > Moment;
    }

    private void Refuse(BuiltOperations built)
    {
        var at = new Position(_following.Journal.State.Timeline, (ulong)built.End.Position);
        if (_builder.Unknown is { } command)
            throw new GodwitException(RedisProblems.UnknownCommand(_session.Shown, command, at));
        if (_builder.Swapped)
            throw new GodwitException(RedisProblems.Swapped(_session.Shown, at));
    }

    /// <summary>What a unit wrote that cannot be told, and what somebody asked for, is read as it is now; the commands
    /// up to now are in it.</summary>
    private async Task Reread(BuiltOperations built, CancellationToken cancellation)
    {
        if (_builder.Rereads.Count == 0)
            TakeAsked();
        if (_builder.Rereads.Count == 0)
            return;
        List<(int Database, byte[] Key)> keys = [.. _builder.Rereads];
        var (states, position) = await _following.ReadStates(keys, cancellation).ConfigureAwait(false);
        _held.Hold(keys, built.End.Position, position);
        if (_held.Count > HeldKeys.Most)
        {
            // Reading a key once more is always right. In this order: both may be true after a crash.
            _following.HoldAll(_held.Until);
            _held.GiveUp();
        }
        _builder.CloseReread((commands, i) => states.AddTo(commands, i, keys[i].Key));
    }

    private void TakeAsked()
    {
        lock (_asked)
        {
            _builder.AddRereads(_asked);
            _asked.Clear();
        }
    }

    private async Task GoTo(FollowedPlace place, long position, CancellationToken cancellation)
    {
        var journal = _following.Journal;
        _cursor.Seek(place.Position, place.Database);
        while (_cursor.Position < position)
        {
            var grown = journal.Grown;
            if (!_cursor.Peek())
            {
                await _following.Grow(grown, cancellation).ConfigureAwait(false);
                continue;
            }
            _cursor.NoteDatabase();
            _cursor.Pass();
        }
        if (_cursor.Position != position)
            throw new GodwitException(RedisProblems.JournalLost(
                _session.Shown, new Position(journal.State.Timeline, (ulong)position)));
        Told = new FollowedPlace(position, _cursor.Database);
    }
}
