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
    private Dictionary<FileIdentity, byte[]> _first = [];
    private bool _isComplete;
    private long _takenAt;
    private long _took;

    /// <summary>The first path of an entry's file when that is another one; null when the entry is the file
    /// itself.</summary>
    internal byte[]? FirstPath(ReadOnlySpan<byte> path, in FileStatus status)
    {
        if (status.Kind != EntryKind.File || status.Links < 2)
            return null;
        var first = First(status.Identity);
        return first is not null && PathOrder.Compare(first, path) < 0
            && root.Status(first, out var there) >= 0 && there.Identity == status.Identity
            ? first
            : null;
    }

    /// <summary>Replaces everything by what a complete walk has seen.</summary>
    internal void Replace(Dictionary<FileIdentity, byte[]> first)
    {
        lock (_lock)
            (_first, _isComplete, _takenAt) = (first, true, Posix.FileClock());
    }

    /// <summary>Looks through the tree again, unless that was done lately.</summary>
    internal void Refresh()
    {
        lock (_lock)
        {
            if (_isComplete && Posix.FileClock() - _takenAt < Math.Max(1_000_000_000, 20 * _took))
                return;
        }
        Build();
    }

    /// <summary>Takes an entry of a complete walk in key order into a collection.</summary>
    /// <returns>Whether it was the first path of its file.</returns>
    internal static bool Collect(Dictionary<FileIdentity, byte[]> into, ReadOnlySpan<byte> path, in FileStatus status)
    {
        if (status.Kind != EntryKind.File || status.Links < 2 || into.ContainsKey(status.Identity))
            return false;
        if (into.Count == Most)
            throw FilesProblems.TooManyHardLinks(Most);
        into.Add(status.Identity, path.ToArray());
        return true;
    }

    private byte[]? First(FileIdentity identity)
    {
        lock (_lock)
        {
            if (_isComplete)
                return _first.GetValueOrDefault(identity);
        }
        Build();
        lock (_lock)
            return _first.GetValueOrDefault(identity);
    }

    private void Build()
    {
        var started = Posix.FileClock();
        var found = new Dictionary<FileIdentity, byte[]>();
        using var walk = new TreeWalk(root);
        while (walk.Next())
            Collect(found, walk.Path, walk.Status);
        Replace(found);
        lock (_lock)
            _took = Posix.FileClock() - started;
    }
}
