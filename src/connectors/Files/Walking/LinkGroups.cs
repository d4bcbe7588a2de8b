using Godwit.Connectors.Files.Kernel;

namespace Godwit.Connectors.Files.Walking;

/// <summary>Collects, along one complete walk in key order, which paths share a file.</summary>
internal sealed class LinkGroups
{
    /// <summary>More would cost too much memory.</summary>
    internal const int Most = 1_000_000;

    private readonly Dictionary<FileIdentity, LinkGroup> _groups = [];
    private int _paths;

    /// <summary>Takes an entry, when its file has several names.</summary>
    /// <returns>Whether it is the first path of its file.</returns>
    internal bool Collect(ReadOnlySpan<byte> path, in FileStatus status)
    {
        if (status.Kind != EntryKind.File || status.Links < 2)
            return false;
        if (_paths++ == Most)
            throw FilesProblems.TooManyHardLinks(Most);
        var isFirst = !_groups.TryGetValue(status.Identity, out var group);
        if (group is null)
            _groups.Add(status.Identity, group = new LinkGroup(status.Changed));
        group.Paths.Add(path.ToArray());
        return isFirst;
    }

    internal LinkGroup? Find(FileIdentity identity) => _groups.GetValueOrDefault(identity);
}
