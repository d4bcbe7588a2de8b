using System.Globalization;
using Godwit.Connectors.Files.Following;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;
using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Files;

/// <summary>What stands against moving a tree, found without changing anything.</summary>
internal sealed class FilesCheck(FilesSession session)
{
    private const int ReadAndSearch = 5;
    private const int WriteAndSearch = 3;
    private const string WatchLimit = "/proc/sys/fs/inotify/max_user_watches";

    private readonly List<Problem> _problems = [];

    internal IReadOnlyList<Problem> Run(StoreRole role, CancellationToken cancellation)
    {
        try
        {
            using var peer = Peer();
            CheckOverlap(role);
            if (role == StoreRole.Source)
                CheckSource(cancellation);
            else
                CheckTarget(peer, cancellation);
        }
        catch (GodwitException failure)
        {
            _problems.Add(failure.Problem);
        }
        return [.. _problems.Distinct()];
    }

    private void CheckSource(CancellationToken cancellation)
    {
        if (session.TryRoot() is not { } root)
        {
            _problems.Add(FilesProblems.RootMissing(session.Opening.Shown));
            return;
        }
        if (Posix.Access(root.Number, "."u8, ReadAndSearch) < 0)
            _problems.Add(FilesProblems.NoRight(session.Opening.Shown, "read"));
        var census = TreeCensus.Take(root, long.MaxValue, cancellation);
        if (census.Unreadable is { } unreadable)
            _problems.Add(unreadable);
        if (census.Unsupported > 0)
            _problems.Add(FilesProblems.Unsupported(census.Unsupported, census.UnsupportedExamples));
        if (census.Sockets > 0)
            _problems.Add(FilesProblems.Sockets(census.Sockets, census.SocketExamples));
        if (Watches() is { } allowed && census.Directories > allowed)
            _problems.Add(FilesProblems.TooFewWatches(census.Directories, allowed));
    }

    private void CheckTarget(TreeRoot? source, CancellationToken cancellation)
    {
        var root = session.TryRoot();
        var place = root?.Number ?? NearestAncestor(session.Path);
        try
        {
            if (Posix.SpaceOf(place, out var space) < 0 || space.IsReadOnly
                || Posix.Access(place, "."u8, WriteAndSearch) < 0)
            {
                _problems.Add(FilesProblems.NoRight(session.Opening.Shown, "write to"));
                return;
            }
            // What is there already belongs to this migration; whether more fits is seen when it is written.
            if (source is null || session.Ledger.Exists())
                return;
            CheckStrangers(root, source, cancellation);
            var census = TreeCensus.Take(source, long.MaxValue, cancellation);
            if (census.Bytes > space.BytesFree || census.Entries > space.EntriesFree && space.EntriesFree > 0)
                _problems.Add(FilesProblems.TooLittleSpace(session.Opening.Shown, census.Bytes, space.BytesFree));
            if (census.LongestName > space.LongestName)
                _problems.Add(FilesProblems.LongNames(session.Opening.Shown, census.LongestName, space.LongestName));
        }
        finally
        {
            if (root is null)
                _ = Posix.Close(place);
        }
    }

    /// <summary>A move would delete what only the target has.</summary>
    private void CheckStrangers(TreeRoot? target, TreeRoot source, CancellationToken cancellation)
    {
        if (target is null)
            return;
        using var scan = new TreeScan(source, target, new DirectoryIdentities(), long.MaxValue);
        var ignored = new List<byte[]>();
        while (scan.Find(ignored, 1_000, cancellation))
            ignored.Clear();
        if (scan.Deletions.Count > 0)
            _problems.Add(FilesProblems.NotEmpty(session.Opening.Shown, FilesProblems.Name(scan.Deletions[0])));
    }

    /// <summary>By inodes, so that neither links nor mounts hide it.</summary>
    private void CheckOverlap(StoreRole role)
    {
        if (session.Opening.Peer is not { } address || !FilesAddress.IsOurs(address))
            return;
        var peer = FilesAddress.PathOf(address);
        if (!LiesWithin(session.Path, peer) && !LiesWithin(peer, session.Path))
            return;
        var shown = Printable.Text(address);
        _problems.Add(role == StoreRole.Source
            ? FilesProblems.Overlap(session.Opening.Shown, shown)
            : FilesProblems.Overlap(shown, session.Opening.Shown));
    }

    private static bool LiesWithin(ReadOnlySpan<byte> path, ReadOnlySpan<byte> other)
    {
        using var there = TreeRoot.Open(other, out _);
        if (there is null)
            return false;
        var current = NearestAncestor(path);
        var last = default(FileIdentity);
        while (current >= 0 && Posix.Status(current, out var status) >= 0 && status.Identity != last)
        {
            if (status.Identity == there.Identity)
            {
                _ = Posix.Close(current);
                return true;
            }
            last = status.Identity;
            var parent = Posix.Open(current, ".."u8, OpenFlags.HeldDirectory);
            _ = Posix.Close(current);
            current = parent;
        }
        if (current >= 0)
            _ = Posix.Close(current);
        return false;
    }

    /// <summary>Opens the directory, or the nearest on the way to it that exists.</summary>
    private static int NearestAncestor(ReadOnlySpan<byte> path)
    {
        while (true)
        {
            var opened = Posix.Open(
                Posix.WorkingDirectory, path.IsEmpty ? "."u8 : path,
                OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.CloseOnExec);
            if (opened != -Errno.NoEntry || path.IsEmpty)
                return opened;
            var slash = path.LastIndexOf((byte)'/');
            path = slash < 0 ? [] : slash == 0 ? path[..1] : path[..slash];
        }
    }

    private TreeRoot? Peer() =>
        session.Opening.Peer is { } address && FilesAddress.IsOurs(address)
            ? TreeRoot.Open(FilesAddress.PathOf(address), out _)
            : null;

    private static long? Watches() =>
        File.Exists(WatchLimit)
        && long.TryParse(
            File.ReadAllText(WatchLimit), NumberStyles.Integer, CultureInfo.InvariantCulture, out var limit)
            ? limit
            : null;
}
