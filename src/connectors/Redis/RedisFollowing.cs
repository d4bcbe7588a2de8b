using Godwit.Connectors.Redis.Clusters;
using Godwit.Connectors.Redis.Commands;
using Godwit.Connectors.Redis.Following;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Replication;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis;

/// <summary>Follows one server: the link, its journal, and the place up to which it was read.</summary>
/// <remarks>Opened when it is needed first, and open until the store is closed.</remarks>
internal sealed class RedisFollowing : IAsyncDisposable
{
    private const long NotWalked = -1;

    private readonly RedisSession _session;
    private readonly SemaphoreSlim _opening = new(1);
    private ReplicationJournal? _journal;
    private IChangeLink? _link;
    private JournalSkimmer? _skimmer;
    private CommandTable? _table;
    private readonly SlotWatch? _watch;
    private RedisConnection? _reading;
    private WalkedSpan? _walked;

    internal RedisFollowing(RedisSession session)
    {
        _session = session;
        _watch = session.Role == StoreRole.Source && session.Scope.Slots is { } slots
            ? new SlotWatch(session.Owner, slots, session.Shown, session.Opening.Clock)
            : null;
    }

    internal string Directory => Path.Combine(_session.Folder, "replication");

    internal ReplicationJournal Journal =>
        _journal ?? throw new InvalidOperationException("Nobody follows this server.");

    internal IChangeLink Link => _link ?? throw new InvalidOperationException("Nobody follows this server.");

    /// <summary>Whether it was opened in this life.</summary>
    internal bool IsOpen => _link is not null;

    /// <summary>Opens journal and link, and waits until the server tells its changes.</summary>
    internal async Task Open(CancellationToken cancellation)
    {
        await Begin(cancellation).ConfigureAwait(false);
        while (Journal.State.History is null)
            await Grow(Journal.Grown, cancellation).ConfigureAwait(false);
    }

    /// <summary>Opens journal and link, and waits for nobody: what keeps the link from standing is raised by
    /// <see cref="Open"/>.</summary>
    internal async Task Begin(CancellationToken cancellation)
    {
        await _opening.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_link is null)
            {
                System.IO.Directory.CreateDirectory(Directory);
                _journal ??= ReplicationJournal.Open(Directory, _session.Shown, _session.Opening.Chance);
                BeginSkimming(_journal);
                _link = await Telling(cancellation).ConfigureAwait(false) is { } telling
                    ? new TouchLink(_session, telling, _journal)
                    : new ReplicaLink(
                        _session.Owner, _journal, _session.Role == StoreRole.Source, _session.Opening.Clock);
            }
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>The snapshot that begins the present history, as soon as it begins to arrive.</summary>
    internal async Task<RedisChunkRead> Snapshot(CancellationToken cancellation)
    {
        while (true)
        {
            var grown = Journal.Grown;
            var (state, arriving) = (Journal.State, Link.Snapshot);
            var taken = new Position(state.Timeline, (ulong)state.Start);
            if (state.HasSnapshot && !File.Exists(Journal.SnapshotPath))
                throw new GodwitException(RedisProblems.JournalLost(_session.Shown, taken));
            if (state.HasSnapshot || arriving is { IsBroken: false, IsComplete: false })
            {
                var file = File.OpenHandle(
                    Journal.SnapshotPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                if (Journal.State.Start == state.Start && (state.HasSnapshot || Link.Snapshot == arriving))
                    return new RedisChunkRead(
                        _session, this, taken, file, state.HasSnapshot ? null : arriving);
                file.Dispose();
                continue;
            }
            await Grow(grown, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Where keys were or are read one by one, because the snapshot of the present history cannot be read to
    /// its end, or because too many had to be read again; null where neither is so.</summary>
    internal WalkedSpan? Walked
    {
        get
        {
            var start = Journal.State.Start;
            if (_walked?.Start != start)
                _walked = WalkedSpan.Read(Directory, start) ?? new WalkedSpan(start, NotWalked, 0);
            return _walked.Until == NotWalked ? null : _walked;
        }
    }

    internal void BeginWalk(long start) => Remember(new WalkedSpan(start, 0, 0));

    internal void EndWalk(long start, long until) => Remember(new WalkedSpan(start, until, until));

    /// <summary>Has all keys of the present history read again that are touched before a position.</summary>
    internal void HoldAll(long until)
    {
        var start = Journal.State.Start;
        Remember(new WalkedSpan(start, Math.Max(until, Walked?.Until ?? 0), Walked?.Listed ?? 0));
    }

    /// <summary>The sources of the libraries of functions, with the place in the journal up to which everything was
    /// done at that moment.</summary>
    /// <param name="start">The history that is meant.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="GodwitException">It is another history by now.</exception>
    internal async Task<(long Position, IReadOnlyList<byte[]> Libraries)> Libraries(
        long start, CancellationToken cancellation)
    {
        if (!_session.Scope.HasFunctions || _session.Facts.IsBefore7)
        {
            var mark = await Mark(cancellation).ConfigureAwait(false);
            return (InHistory(start, (long)mark.Offset), []);
        }
        var control = await _session.Control(cancellation).ConfigureAwait(false);
        while (true)
        {
            var grown = Journal.Grown;
            ThrowIfBroken();
            var replies = await control.Send(
                CommandBatch.Of("MULTI").Add("FUNCTION", "LIST", "WITHCODE").Add("INFO", "replication").Add("EXEC"),
                cancellation).ConfigureAwait(false);
            control.ThrowIfError(replies);
            var info = ServerFacts.Parse(replies[^1].Items[1].Text);
            var state = Journal.State;
            if (info["master_replid"] == state.History)
                return (
                    InHistory(start, PresentStates.OffsetIn(replies[^1].Items[1].Text) + state.Shift),
                    [.. replies[^1].Items[0].Items.Select(one => one["library_code"]!.Bytes)]);
            await Grow(grown, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the journal has grown or the link has news; raises what keeps it from telling.</summary>
    internal async Task Grow(Task grown, CancellationToken cancellation)
    {
        ThrowIfBroken();
        await grown.WaitAsync(cancellation).ConfigureAwait(false);
        ThrowIfBroken();
    }

    internal void ThrowIfBroken()
    {
        if (Link.Failure is { } failure)
            throw new GodwitException(failure);
    }

    /// <summary>Raises a problem when the slots of the source are at another server than the one that is followed, for
    /// good: then the move has to be cut anew. Looks now and then only.</summary>
    internal Task EnsureWhole(CancellationToken cancellation) =>
        _watch?.Look((_link as ReplicaLink)?.Node, cancellation) ?? Task.CompletedTask;

    /// <summary>Raises a problem unless the slots are at the server that is followed, and stay: then no key that it
    /// told as deleted was given to another server.</summary>
    internal async Task EnsureSettled(CancellationToken cancellation)
    {
        if (await _session.EnsureSettled(cancellation).ConfigureAwait(false) is { } node
            && _link is ReplicaLink { Node: { } followed } && followed != node)
            throw new GodwitException(RedisProblems.Busy(
                _session.Shown, "Its slots are served by another server than the one that is followed"));
    }

    /// <summary>Which arguments of the server's commands are keys.</summary>
    internal async Task<CommandTable> Table(CancellationToken cancellation)
    {
        if (_table is not null)
            return _table;
        var control = await _session.Control(cancellation).ConfigureAwait(false);
        var reply = await control.Call(cancellation, "COMMAND").ConfigureAwait(false);
        return _table = new CommandTable(CommandReply.Parse(reply));
    }

    /// <summary>What keys hold at one moment, with its place in the journal.</summary>
    internal async Task<(PresentStates States, long Position)> ReadStates(
        IReadOnlyList<(int Database, byte[] Key)> keys, CancellationToken cancellation)
    {
        if (_reading is not { IsAlive: true })
        {
            if (_reading is not null)
                await _reading.DisposeAsync().ConfigureAwait(false);
            _reading = await _session.Dial(0, cancellation).ConfigureAwait(false);
        }
        // All that is in the journal by now was read before.
        var end = Journal.End;
        var states = await PresentStates.Read(
            _reading, _session.Facts, _session.Owner.IsCluster, keys, cancellation).ConfigureAwait(false);

        // Offsets of another history mean nothing in this journal.
        if (Link is ReplicaLink && states.History != Journal.State.History)
        {
            await _reading.DisposeAsync().ConfigureAwait(false);
            throw new GodwitException(RedisProblems.NewHistory(_session.Shown));
        }
        return (states, Link is TouchLink ? end : states.Offset + Journal.State.Shift);
    }

    /// <summary>Somebody reads the journal from here on.</summary>
    internal Task BeginReading(CancellationToken cancellation) =>
        _skimmer?.BeginReading(cancellation) ?? Task.CompletedTask;

    /// <summary>Changes will flow towards this server: whoever read what it tells ends.</summary>
    internal Task EndReading(CancellationToken cancellation) =>
        _skimmer?.EndReading(cancellation) ?? Task.CompletedTask;

    /// <summary>Changes flow towards this server, and nobody will ask what it told until then.</summary>
    internal Task Release(CancellationToken cancellation) =>
        _skimmer?.Release(cancellation) ?? Task.CompletedTask;

    /// <summary>The position up to which everything is known to the server at this moment. Who begins to read may begin
    /// there.</summary>
    internal async Task<Position> Mark(CancellationToken cancellation)
    {
        await Open(cancellation).ConfigureAwait(false);
        if (_skimmer is not { } skimmer)
            return await Ask(cancellation).ConfigureAwait(false);
        return await skimmer.Keep(
            async () =>
            {
                var position = await Ask(cancellation).ConfigureAwait(false);
                return (position, (long)position.Offset);
            },
            cancellation).ConfigureAwait(false);
    }

    private void Remember(WalkedSpan walked)
    {
        if (walked.Start != Journal.State.Start)
            throw new GodwitException(RedisProblems.NewHistory(_session.Shown));
        walked.Write(Directory);
        _walked = walked;
    }

    private long InHistory(long start, long position) => Journal.State.Start == start
        ? position
        : throw new GodwitException(RedisProblems.NewHistory(_session.Shown));

    /// <summary>How the server says what is touched, where it has to; null where it lets itself be followed.</summary>
    private async Task<ITouchTelling?> Telling(CancellationToken cancellation)
    {
        if (_session.Role != StoreRole.Source || !TouchLink.Suits(_session))
            return null;
        var control = await _session.Control(cancellation).ConfigureAwait(false);
        if (await ReplicationRight.WhyNot(control, _session.Facts, cancellation).ConfigureAwait(false) is null)
            return null;
        var (telling, why) = await TouchTellings.Choose(_session, cancellation).ConfigureAwait(false);
        return telling ?? throw new GodwitException(RedisProblems.NothingTold(_session.Shown, why));
    }

    /// <summary>A source that stops nobody is read also after traffic has left it, for late writes.</summary>
    private void BeginSkimming(ReplicationJournal journal)
    {
        if (_session.Role == StoreRole.Source && _session.Opening.FencedUser is null)
            return;
        _skimmer = new JournalSkimmer(journal, Directory, _session.Opening.Clock);
        if (_session.Role == StoreRole.Source && journal.State.History is null)
            _skimmer.KeepAll();
        _skimmer.Start();
    }

    private async Task<Position> Ask(CancellationToken cancellation)
    {
        if (Link is TouchLink tracking)
        {
            var place = await tracking.Mark(grown => Grow(grown, cancellation), cancellation).ConfigureAwait(false);
            return new Position(Journal.State.Timeline, (ulong)place);
        }
        await EnsureSettled(cancellation).ConfigureAwait(false);
        var control = await _session.Control(cancellation).ConfigureAwait(false);
        while (true)
        {
            var grown = Journal.Grown;
            ThrowIfBroken();
            var info = ServerFacts.Parse(
                (await control.Call(cancellation, "INFO", "replication").ConfigureAwait(false)).Text);
            var state = Journal.State;
            if (info["master_replid"] == state.History)
                return new Position(
                    state.Timeline,
                    (ulong)(long.Parse(info["master_repl_offset"], null) + state.Shift));

            // The server has begun another history; the link will hear of it.
            await Grow(grown, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the link and removes the journal.</summary>
    internal async Task Remove()
    {
        await Close().ConfigureAwait(false);
        ReplicationJournal.Delete(Directory);
    }

    public async ValueTask DisposeAsync()
    {
        await Close().ConfigureAwait(false);
        if (_reading is not null)
            await _reading.DisposeAsync().ConfigureAwait(false);
        if (_watch is not null)
            await _watch.DisposeAsync().ConfigureAwait(false);
        _opening.Dispose();
    }

    private async Task Close()
    {
        if (_skimmer is not null)
            await _skimmer.DisposeAsync().ConfigureAwait(false);
        if (_link is not null)
            await _link.DisposeAsync().ConfigureAwait(false);
        _journal?.Dispose();
        (_skimmer, _link, _journal) = (null, null, null);
    }
}
