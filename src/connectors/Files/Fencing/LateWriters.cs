using Godwit.Connectors.Files.Following;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;
using Godwit.Connectors.Files.Writing;

namespace Godwit.Connectors.Files.Fencing;

/// <summary>Finds what others wrote into a fenced tree: newer than the fence, not ours, and not what the other side
/// has.</summary>
/// <remarks>
/// A deletion leaves nothing to look at: it is known by the watch only. So one that happens while nobody runs is not
/// carried over: the record lives, and the way back brings the file again. Of directories only new ones count; their
/// times change with every write into them.
/// </remarks>
internal sealed class LateWriters(FilesSession session)
{
    private const int Most = 20_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], FileStatus> _settled = new(PathBytes.Comparer);

    /// <summary>Whether an entry was written late and is not at the other side yet: then it must not be
    /// overwritten.</summary>
    internal bool IsWaiting(ReadOnlySpan<byte> path, in FileStatus status) =>
        session.Fence.LateSince is { } since && IsCandidate(status, since) && !IsSettled(path, status);

    /// <summary>The late writes that the other side does not have yet.</summary>
    internal List<byte[]> Find(long since, TreeRoot? peer, CancellationToken cancellation)
    {
        var late = new List<byte[]>();
        using var walk = new TreeWalk(session.Root());
        while (late.Count < Most && walk.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            ref readonly var status = ref walk.Status;
            if (status.Kind == EntryKind.Directory
                ? IsNewDirectory(walk.Path, status, since, peer)
                : IsCandidate(status, since) && !IsSettled(walk.Path, status) && !SettleIfThere(walk, peer))
                late.Add(walk.Path.ToArray());
        }
        if (peer is not null)
            late.AddRange(session.Hinted().Where(path => IsDeletedLate(path, since, peer)));
        return late;
    }

    /// <summary>Gone here, and at the other side still what it was when the fence was raised: nobody wrote it there
    /// anew.</summary>
    private bool IsDeletedLate(byte[] path, long since, TreeRoot peer) =>
        path.Length > 0
        && Errno.IsGone(session.Root().Status(path, out _))
        && peer.Status(path, out var there) >= 0
        && there.Changed <= since;

    /// <summary>After they were brought over: what the other side has is settled and will not be told again, whatever
    /// happens to it there.</summary>
    internal void Settle(IEnumerable<byte[]> paths, TreeRoot? peer)
    {
        foreach (var path in paths)
        {
            using var walk = new TreeWalk(session.Root(), null, path);
            if (walk.Next() && walk.Path.SequenceEqual(path))
                SettleIfThere(walk, peer);
        }
    }

    private static bool IsCandidate(in FileStatus status, long since) =>
        status.Changed > since && (status.Kind is EntryKind.File or EntryKind.Symlink);

    private bool IsNewDirectory(ReadOnlySpan<byte> path, in FileStatus status, long since, TreeRoot? peer) =>
        status.Changed > since && peer is not null && !IsSettled(path, status)
        && Errno.IsGone(peer.Status(path, out _));

    private bool IsSettled(ReadOnlySpan<byte> path, in FileStatus status)
    {
        lock (_lock)
        {
            if (_settled.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(path, out var told)
                && told.IsSameVersion(status))
                return true;
        }
        return session.OwnWrites.Has(path, status);
    }

    private bool SettleIfThere(TreeWalk walk, TreeRoot? peer)
    {
        if (peer is null || (!IsAtPeer(walk, peer) && !LateName.IsThere(peer, walk.Path, walk.Status)))
            return false;
        lock (_lock)
            _settled[walk.Path.ToArray()] = walk.Status;
        return true;
    }

    private static bool IsAtPeer(TreeWalk walk, TreeRoot peer)
    {
        using var there = new TreeWalk(peer, null, walk.Path.ToArray());
        if (!there.Next() || !there.Path.SequenceEqual(walk.Path)
            || !EntryComparison.IsSameMetadata(walk.Status, there.Status))
            return false;
        return walk.Status.Kind == EntryKind.Symlink
            ? EntryComparison.IsSameLink(walk.Place, there.Place)
            : EntryComparison.IsSameContent(walk.Place, there.Place);
    }
}
