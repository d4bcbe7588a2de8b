using Godwit.Connectors.Files.Following;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;

namespace Godwit.Connectors.Files.Fencing;

/// <summary>Finds what others wrote into a fenced tree: newer than the fence, not ours, and not what the other side
/// has.</summary>
/// <remarks>
/// A deletion behind the fence is not carried over: the record lives, and the way back brings the file again. Of
/// directories
/// only new ones count; their times change with every write into them.
/// </remarks>
internal sealed class LateWriters(FilesSession session)
{
    private const int Most = 20_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], FileStatus> _settled = new(PathBytes.Comparer);

    /// <summary>Whether an entry was written late and nobody was told yet: then it must not be overwritten.</summary>
    internal bool IsUntold(ReadOnlySpan<byte> path, in FileStatus status) =>
        session.Fence.LateSince is { } since && IsCandidate(status, since) && !IsSettled(path, status);

    /// <summary>The late writes that were not told yet; from now on they count as told.</summary>
    internal List<byte[]> Take(long since, TreeRoot? peer, CancellationToken cancellation)
    {
        var late = new List<byte[]>();
        using var walk = new TreeWalk(session.Root());
        while (late.Count < Most && walk.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            ref readonly var status = ref walk.Status;
            var isNewDirectory = status.Kind == EntryKind.Directory && status.Changed > since && peer is not null
                && !IsSettled(walk.Path, status) && Errno.IsGone(peer.Status(walk.Path, out _));
            if (!isNewDirectory && (!IsCandidate(status, since) || IsSettled(walk.Path, status)))
                continue;
            Settle(walk.Path, status);
            if (isNewDirectory || !IsAtPeer(walk, peer))
                late.Add(walk.Path.ToArray());
        }
        return late;
    }

    private static bool IsCandidate(in FileStatus status, long since) =>
        status.Changed > since && (status.Kind is EntryKind.File or EntryKind.Symlink);

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

    private void Settle(ReadOnlySpan<byte> path, in FileStatus status)
    {
        lock (_lock)
            _settled[path.ToArray()] = status;
    }

    private static bool IsAtPeer(TreeWalk walk, TreeRoot? peer)
    {
        if (peer is null)
            return false;
        using var there = new TreeWalk(peer, null, walk.Path.ToArray());
        if (!there.Next() || !there.Path.SequenceEqual(walk.Path)
            || !EntryComparison.IsSameMetadata(walk.Status, there.Status))
            return false;
        return walk.Status.Kind == EntryKind.Symlink
            ? EntryComparison.IsSameLink(walk, there)
            : EntryComparison.IsSameContent(walk, there);
    }
}
