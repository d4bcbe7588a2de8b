using Godwit.Connectors.Files.Fencing;
using Godwit.Connectors.Files.Following;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Reading;
using Godwit.Connectors.Files.Walking;
using Godwit.Connectors.Files.Watching;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Files;

/// <summary>Tells which paths were touched: by watching, and by comparing with the other side.</summary>
/// <remarks>
/// <para>Positions are nanoseconds of the clock that stamps files. A tree has no log, so what happened is proved by
/// comparing
/// (<see cref="TreeScan"/>). Events of the kernel make it quick: as long as every directory is watched and no event was
/// lost, a marker is reached when all events before it were looked at. But the first marker behind a fence, on which a
/// handover relies, is reached by a scan, and so is one after a restart or a loss; and a scan comes every
/// minute.</para>
/// <para>Invariant: a position is told only when every path touched before it was told with it or before it. A write
/// whose
/// stamp is older than a position told, but which was not seen yet, is found because a scan goes back behind the
/// position
/// by <see cref="TreeScan.Margin"/>, and because a hint is never dropped for its age.</para>
/// </remarks>
internal sealed class FilesChanges : IChangeSource, IAsyncDisposable
{
    private const int MostPaths = 20_000;
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(20);

    private readonly FilesSession _session;
    private readonly TouchHints _hints = new();
    private readonly HotFiles _hot;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly ScanSeries _scans;
    private readonly TreeWatch _watch;
    private ScopedStream? _stream;
    private ulong _marked;

    internal FilesChanges(FilesSession session)
    {
        _session = session;
        _scans = new ScanSeries(session);
        _watch = new TreeWatch(session, _hints, Hint);
        _hot = new HotFiles(session.Opening.Clock);
        session.Retouched = path =>
        {
            _hot.Torn(path);
            Hint(path);
        };
        session.Hinted = () =>
        {
            _watch.CatchUp();
            return _hints.Unconfirmed();
        };
    }

    public Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        Task.Run(
            () =>
            {
                _stream = streams.Single();
                _session.Root();
                var now = (ulong)Posix.FileClock();
                _scans.Know(now, _watch.Start(cancellation));
            },
            cancellation);

    public async ValueTask<Position> Mark(CancellationToken cancellation)
    {
        var now = FilesSession.Now();
        var isFenced = await Task.Run(() => _session.Fence.Mark((long)now.Offset), cancellation).ConfigureAwait(false);
        _marked = now.Offset;
        // The first scan of all is required from the start, and may be on its way: what it has passed comes by events.
        if (!_watch.IsComplete || (_session.Fence.RaisedAt is { } raised && !_scans.HasDoneSince(raised)))
            _scans.Require(now.Offset);
        if (isFenced)
        {
            // What is written after this returns has a later stamp, so that late writes can be told from those that the
            // scan will find: it begins after this.
            await Task.Delay(FenceState.Tick, _session.Opening.Clock, cancellation).ConfigureAwait(false);
        }
        return now;
    }

    public async ValueTask<ChangeBatch?> Next(Position after, TimeSpan patience, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            _hints.Confirm(after.Offset);
            _scans.Confirm(after.Offset);
            foreach (var path in _hot.Release(path => IsStillEnough(path, after)))
                _hints.Add(path);
            var mustAnswer = _scans.IsDue || after.Offset < _marked;
            if (!mustAnswer && !await HintWithin(patience, cancellation).ConfigureAwait(false) && !_scans.IsDue)
                return null;
            return await Task.Run(() => Look(after, cancellation), cancellation).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public ValueTask Acknowledge(Position durable, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested ? ValueTask.FromCanceled(cancellation) : ValueTask.CompletedTask;

    public Task Remove(CancellationToken cancellation) =>
        Task.Run(
            () =>
            {
                _watch.Stop();
                _session.RemoveStateOfSource();
            },
            cancellation);

    public ValueTask DisposeAsync()
    {
        _watch.Dispose();
        _scans.Dispose();
        _gate.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Waits for a hint, and then a moment more: most files are written by more than one call.</summary>
    private async Task<bool> HintWithin(TimeSpan patience, CancellationToken cancellation)
    {
        var wait = TimeSpan.FromTicks(Math.Min(
            patience.Ticks, Math.Max(0, Math.Min(_scans.UntilNext.Ticks, _hot.UntilNext.Ticks))));
        var arrived = _hints.Arrived;
        if (!arrived.IsCompleted)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var timeout = Task.Delay(wait, _session.Opening.Clock, stop.Token);
            await Task.WhenAny(arrived, timeout).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            if (!arrived.IsCompleted)
                return false;
        }
        await Task.Delay(Settle, _session.Opening.Clock, cancellation).ConfigureAwait(false);
        return true;
    }

    private ChangeBatch Look(Position after, CancellationToken cancellation)
    {
        var stream = _stream ?? throw new InvalidOperationException("Changes were not prepared.");
        // Taken before anything is read: what is touched from here on comes with the next position.
        var now = Math.Max((ulong)Posix.FileClock(), after.Offset + 1);
        if (!_session.IsRootInPlace())
            throw FilesProblems.RootReplaced(_session.Opening.Shown);
        _watch.CatchUp();
        foreach (var directory in _hints.TakeVanished())
            AddWhatWasBelow(directory);
        if (_hints.TakeLoss())
            _scans.Require(now);
        var paths = new List<byte[]>();
        if (!_scans.IsDue)
        {
            _hints.Take(paths, MostPaths, now);
            if (!AddOtherNames(paths))
                _scans.Require(now);
        }
        if (!_scans.IsDue)
        {
            var batch = Tell(stream, paths, new Position(after.Timeline, now), cancellation);
            if (!_scans.IsAlarming(batch))
                return batch;
            batch.Touched[0].Keys.Dispose();
            _scans.Require(now);
        }
        var reached = _scans.Go(after.Offset, now, paths, cancellation);
        // Hints that are here now are told with the scan: it may have passed their paths before they were touched.
        _hints.Take(paths, MostPaths, reached);
        return Tell(stream, paths, new Position(after.Timeline, reached), cancellation);
    }

    /// <summary>Whether a file that is left alone must be tried now: behind a fence nothing waits, and a marker is not
    /// passed without what stood at its time and stands now.</summary>
    private bool IsStillEnough(byte[] path, Position after) =>
        _session.Fence.LateSince is not null
        || (after.Offset < _marked
            && (_session.Root().Status(path, out var status) < 0 || (ulong)status.Changed <= _marked));

    private void AddWhatWasBelow(byte[] directory)
    {
        if (_session.TryPeer() is not { } peer)
            return;
        using var walk = new TreeWalk(peer, null, directory);
        while (walk.Next() && PathOrder.IsWithin(walk.Path, directory))
            _hints.Add(walk.Path.ToArray());
    }

    private ChangeBatch Tell(
        ScopedStream stream, List<byte[]> paths, Position reached, CancellationToken cancellation)
    {
        var waiting = new HashSet<byte[]>(_hot.Waiting(), PathBytes.Comparer);
        if (reached.Offset >= _marked)
            paths.AddRange(waiting);
        return TouchedPaths.Look(_session, stream, paths, reached, cancellation, leaveOut: waiting);
    }

    /// <summary>A path may have been touched; one that is left alone for a while is touched anyway.</summary>
    private void Hint(byte[] path)
    {
        if (!_hot.IsWaiting(path))
            _hints.Add(path);
    }

    /// <summary>A file with several names is touched under all of them: written anew at the other side, it must get
    /// them
    /// again.</summary>
    /// <returns>False when not all names are known; then only a scan finds them.</returns>
    private bool AddOtherNames(List<byte[]> paths)
    {
        var others = new List<byte[]>();
        foreach (var path in paths)
        {
            if (_session.Root().Status(path, out var status) < 0 || status.Kind != EntryKind.File || status.Links < 2)
                continue;
            if (_session.Links.PathsOf(path, status) is not { } names)
                return false;
            others.AddRange(names);
        }
        paths.AddRange(others);
        return true;
    }
}
