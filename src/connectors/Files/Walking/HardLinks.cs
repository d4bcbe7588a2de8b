using Godwit.Connectors.Files.Kernel;

namespace Godwit.Connectors.Files.Walking;

/// <summary>For each file with several names in a tree: the first of its paths in key order.</summary>
/// <remarks>
/// The first path is the file, later ones are links to it. What is remembered may be out of date, so it is believed
/// only
/// when the first path still leads to the same inode; otherwise an entry counts as a file of its own until the next
/// look.
/// </remarks>
internal sealed class HardLinks(TreeRoot root)
{
    /// <summary>Of more paths only the first is looked at each time.</summary>
    private const int FewPaths = 16;

    private readonly Lock _lock = new();
    private LinkGroups _groups = new();
    private long _mayBuildAt;

    /// <summary>The first path of an entry's file when that is another one; null when the entry is the file
    /// itself.</summary>
    internal byte[]? FirstPathOf(ReadOnlySpan<byte> path, in FileStatus status)
    {
        if (status.Kind != EntryKind.File || status.Links < 2)
            return null;
        var first = Find(path, status)?.First;
        return first is not null && PathOrder.Compare(first, path) < 0 && LeadsTo(first, status) ? first : null;
    }

    /// <summary>All paths of an entry's file.</summary>
    /// <returns>Null when they are not known: names came or went, and it is too soon to look again.</returns>
    internal IReadOnlyList<byte[]>? PathsOf(ReadOnlySpan<byte> path, in FileStatus status) =>
        Find(path, status) is { } group && IsCurrent(group, path, status) ? group.Paths : null;

    /// <summary>Replaces everything by what a complete walk has seen.</summary>
    internal void Replace(LinkGroups groups)
    {
        lock (_lock)
            _groups = groups;
    }

    /// <summary>What is known; looked up again when a name was given to the file or taken from it since.</summary>
    private LinkGroup? Find(ReadOnlySpan<byte> path, in FileStatus status)
    {
        lock (_lock)
        {
            // Looking again is a walk, so not for every file.
            var group = _groups.Find(status.Identity);
            if ((group is not null && IsCurrent(group, path, status)) || Posix.FileClock() < _mayBuildAt)
                return group;
            Build();
            return _groups.Find(status.Identity);
        }
    }

    /// <summary>Giving or taking a name changes the change time; renaming a directory on the way does not, so the paths
    /// themselves are looked at.</summary>
    private bool IsCurrent(LinkGroup group, ReadOnlySpan<byte> path, in FileStatus status)
    {
        if (group.Changed != status.Changed || !group.Has(path) || !LeadsTo(group.First, status))
            return false;
        for (var i = 1; i < group.Paths.Count && group.Paths.Count <= FewPaths; i++)
        {
            if (!LeadsTo(group.Paths[i], status))
                return false;
        }
        return true;
    }

    private bool LeadsTo(byte[] path, in FileStatus status) =>
        root.Status(path, out var there) >= 0 && there.Identity == status.Identity;

    private void Build()
    {
        var started = Posix.FileClock();
        var groups = new LinkGroups();
        using var walk = new TreeWalk(root);
        while (walk.Next())
            groups.Collect(walk.Path, walk.Status);
        var now = Posix.FileClock();
        (_groups, _mayBuildAt) = (groups, now + (5 * (now - started)));
    }
}
