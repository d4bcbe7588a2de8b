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
    /// <param name="peer">Null when the other side does not have the path.</param>
    internal bool IsRight(TreeWalk source, TreeWalk? peer)
    {
        if (source.Status.Kind != EntryKind.File)
            return true;
        if (source.Status.Links < 2)
            return peer is null || peer.Status.Links < 2 || _taken.Add(peer.Status.Identity);
        if (Groups.Collect(source.Path, source.Status))
        {
            if (peer is not null)
                Take(source.Status.Identity, peer.Status.Identity);
            return true;
        }
        return peer is not null && _atPeer.TryGetValue(source.Status.Identity, out var there)
            && there == peer.Status.Identity;
    }

    private void Take(FileIdentity here, FileIdentity there)
    {
        _atPeer[here] = there;
        _taken.Add(there);
    }
}
