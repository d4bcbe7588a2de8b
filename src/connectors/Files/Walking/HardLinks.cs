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
    /// <summary>More would cost too much memory.</summary>
    internal const int Most = 1_000_000;

    private readonly Lock _lock = new();
    private Dictionary<FileIdentity, FirstPath> _first = [];
    private long _mayBuildAt;

    /// <summary>The first path of an entry's file when that is another one; null when the entry is the file
    /// itself.</summary>
    internal byte[]? FirstPathOf(ReadOnlySpan<byte> path, in FileStatus status)
    {
        if (status.Kind != EntryKind.File || status.Links < 2)
            return null;
        var first = Find(status);
        return first is not null && PathOrder.Compare(first.Path, path) < 0
            && root.Status(first.Path, out var there) >= 0 && there.Identity == status.Identity
            ? first.Path
            : null;
    }

    /// <summary>Replaces everything by what a complete walk has seen.</summary>
    internal void Replace(Dictionary<FileIdentity, FirstPath> first)
    {
        lock (_lock)
            _first = first;
    }

    /// <summary>Takes an entry of a complete walk in key order into a collection.</summary>
    /// <returns>Whether it was the first path of its file.</returns>
    internal static bool Collect(
        Dictionary<FileIdentity, FirstPath> into, ReadOnlySpan<byte> path, in FileStatus status)
    {
        if (status.Kind != EntryKind.File || status.Links < 2 || into.ContainsKey(status.Identity))
            return false;
        if (into.Count == Most)
            throw FilesProblems.TooManyHardLinks(Most);
        into.Add(status.Identity, new FirstPath(path.ToArray(), status.Changed));
        return true;
    }

    /// <summary>What is known, as long as no name was given to the file or taken from it since.</summary>
    private FirstPath? Find(in FileStatus status)
    {
        FirstPath? first;
        lock (_lock)
        {
            // Giving or taking a name changes the change time. Looking again is a walk, so not for every file.
            first = _first.GetValueOrDefault(status.Identity);
            if ((first is not null && first.Changed == status.Changed) || Posix.FileClock() < _mayBuildAt)
                return first;
            Build();
            return _first.GetValueOrDefault(status.Identity);
        }
    }

    private void Build()
    {
        var started = Posix.FileClock();
        var found = new Dictionary<FileIdentity, FirstPath>();
        using var walk = new TreeWalk(root);
        while (walk.Next())
            Collect(found, walk.Path, walk.Status);
        var now = Posix.FileClock();
        (_first, _mayBuildAt) = (found, now + (5 * (now - started)));
    }
}
