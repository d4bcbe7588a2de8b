using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;
using Godwit.Core.Changes;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Files.Following;

/// <summary>Scans of both trees, one after the other: when one is due, how far it has come, whether its deletions are
/// believed.</summary>
/// <remarks>
/// A scan that finds more than a batch holds tells it in parts. Each part but the last moves the position by one
/// nanosecond only: no part claims more than the margin of the next scan covers.
/// </remarks>
internal sealed class ScanSeries(FilesSession session) : IDisposable
{
    private const int MostPaths = 20_000;
    private const int Few = 100;
    private const int VeryFew = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private TreeScan? _scan;
    private ulong _scanStart;
    private ulong _required = 1;
    private ulong _done;
    private ulong _told;
    private (ulong Reached, DirectoryIdentities Identities)? _pending;
    private DirectoryIdentities _known = new();
    private (ulong At, DirectoryIdentities Identities)? _atStart;
    private long _entries;
    private long _goneByHints;
    private bool _isAllowed;
    private long _nextAt;

    /// <summary>Whether a scan must be made, or goes on.</summary>
    internal bool IsDue
    {
        get
        {
            lock (_lock)
                return _scan is not null || _done < _required || UntilNext <= TimeSpan.Zero;
        }
    }

    internal TimeSpan UntilNext
    {
        get
        {
            var clock = session.Opening.Clock;
            return TimeSpan.FromSeconds((double)(_nextAt - clock.GetTimestamp()) / clock.TimestampFrequency);
        }
    }

    /// <summary>Whether a scan that began at or after a position is through.</summary>
    internal bool HasDoneSince(ulong position)
    {
        lock (_lock)
            return _done >= position;
    }

    /// <summary>Nothing is reached at or after this position without a scan that began later.</summary>
    internal void Require(ulong position)
    {
        lock (_lock)
            _required = Math.Max(_required, position);
    }

    /// <summary>Which directories were where when capture was prepared.</summary>
    internal void Know(ulong at, DirectoryIdentities identities) => _atStart = (at, identities);

    /// <summary>What was told up to the position is at the target; what was told after it must be told again.</summary>
    internal void Confirm(ulong position)
    {
        if (_pending is { } last)
        {
            _pending = null;
            if (last.Reached <= position)
                _known = last.Identities;
            else
                Require(_done + 1);
        }
        if (_scan is not null && position != _told)
            Drop();
    }

    /// <summary>Whether so much has vanished, by hints alone, that only a scan may say so.</summary>
    internal bool IsAlarming(ChangeBatch batch)
    {
        var gone = batch.Touched.Sum(touched => touched.Gone.Count(one => one));
        _goneByHints += gone;
        return gone > 0 && _goneByHints > Math.Max(Few, _entries / 2);
    }

    /// <summary>Begins a scan or goes on with it.</summary>
    /// <param name="after">The position to compare with.</param>
    /// <param name="now">File clock before this call.</param>
    /// <param name="paths">Takes what was touched.</param>
    /// <returns>The position that is reached with these paths.</returns>
    internal ulong Go(ulong after, ulong now, List<byte[]> paths, CancellationToken cancellation)
    {
        if (_scan is null)
            Begin(after, now);
        try
        {
            if (_scan!.Find(paths, MostPaths, cancellation))
                return _told = after + 1;
            return End(_scan, after, paths);
        }
        catch
        {
            Drop();
            throw;
        }
    }

    public void Dispose() => _scan?.Dispose();

    private void Begin(ulong after, ulong now)
    {
        var address = session.Opening.Peer;
        if (address is null || !FilesAddress.IsOurs(address))
            throw FilesProblems.NoPeer(session.Opening.Shown);
        if (_atStart is { } start && start.At <= after && _known.Count == 0)
            _known = start.Identities;
        // A position in the future: the clock was set back, and no time stamp can be compared with it.
        var since = (long)after > Posix.FileClock() ? 0 : (long)after;
        _scanStart = Math.Max(now, _required);
        _scan = new TreeScan(session.Root(), session.TryPeer(), _known, since);
    }

    private ulong End(TreeScan scan, ulong after, List<byte[]> paths)
    {
        if (scan.Unsupported > 0)
            throw new GodwitException(
                FilesProblems.Unsupported(scan.Unsupported, [FilesProblems.Name(scan.UnsupportedExample)]));
        CheckDeletions(scan);
        paths.AddRange(scan.Deletions);
        session.Links.Replace(scan.LinkGroups);
        _scan = null;
        scan.Dispose();
        if (scan.HasMoreDeletions)
        {
            Require(_scanStart + 1);
            return after + 1;
        }
        (_done, _entries, _goneByHints, _isAllowed) = (_scanStart, scan.Entries, 0, false);
        var reached = Math.Max(_scanStart, after + 1);
        _pending = (reached, scan.Identities);
        Schedule();
        return reached;
    }

    /// <summary>Refuses to delete when it looks like an accident, unless a person said that it is meant.</summary>
    private void CheckDeletions(TreeScan scan)
    {
        // Files that come and go all the time are many deletions and no loss: what counts is what is missing now, and
        // how far the tree has shrunk since the last scan.
        var before = Math.Max(scan.PeerEntries, _entries);
        var missing = Math.Max(scan.Missing, _entries - scan.Entries);
        var isEmptied = scan.Entries <= 1 && scan.Missing > VeryFew;
        if (_isAllowed || (!isEmptied && (missing <= Few || missing <= before / 2)))
            return;
        byte[] allow = [.. session.State, .. "/allow-deletes"u8];
        _isAllowed = session.TryPeer() is not { } peer || Writing.Removal.Remove(peer, allow) > 0;
        if (_isAllowed)
            return;
        var there = FilesProblems.Name(PathOrder.Join(FilesAddress.PathOf(session.Opening.Peer!), allow));
        throw FilesProblems.MassDeletion(session.Opening.Shown, missing, before, there);
    }

    /// <summary>A minute, more or less a quarter, so that many migrations do not scan at the same time.</summary>
    private void Schedule()
    {
        var clock = session.Opening.Clock;
        var seconds = Interval.TotalSeconds * (0.75 + (session.Opening.Chance() / 2));
        _nextAt = clock.GetTimestamp() + (long)(seconds * clock.TimestampFrequency);
    }

    private void Drop()
    {
        _scan?.Dispose();
        _scan = null;
        Require(_done + 1);
    }
}
