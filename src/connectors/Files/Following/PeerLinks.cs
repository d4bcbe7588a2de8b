using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;

namespace Godwit.Connectors.Files.Following;

/// <summary>Compares, along one pass over both trees, which paths share a file.</summary>
internal sealed class PeerLinks
{
    private readonly Dictionary<FileIdentity, FileIdentity> _atPeer = [];
    private readonly HashSet<FileIdentity> _taken = [];

    internal LinkGroups Groups { get; } = new();

    /// <summary>Whether the present entry shares its file at the other side exactly as it does here.</summary>
    /// <param name="peer">What the other side has at the path; null when it has nothing.</param>
    internal bool IsRight(TreeWalk source, FileStatus? peer)
    {
        if (source.Status.Kind != EntryKind.File)
            return true;
        if (source.Status.Links < 2)
            return peer is not { } there || there.Links < 2 || _taken.Add(there.Identity);
        if (Groups.Collect(source.Path, source.Status))
        {
            if (peer is { } first)
                Take(source.Status.Identity, first.Identity);
            return true;
        }
        return peer is { } other && _atPeer.TryGetValue(source.Status.Identity, out var file)
            && file == other.Identity;
    }

    private void Take(FileIdentity here, FileIdentity there)
    {
        _atPeer[here] = there;
        _taken.Add(there);
    }
}
