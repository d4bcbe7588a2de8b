using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;

namespace Godwit.Connectors.Files.Following;

/// <summary>Which directory was at which path, so that one that took another's place is noticed.</summary>
internal sealed class DirectoryIdentities
{
    /// <summary>Of more directories nothing is remembered; they are judged by their change time alone.</summary>
    private const int Most = 200_000;

    private readonly Dictionary<byte[], FileIdentity> _byPath = new(PathBytes.Comparer);

    internal int Count => _byPath.Count;

    internal void Add(ReadOnlySpan<byte> path, FileIdentity identity)
    {
        if (_byPath.Count < Most)
            _byPath[path.ToArray()] = identity;
    }

    internal FileIdentity? Find(ReadOnlySpan<byte> path) =>
        _byPath.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(path, out var identity) ? identity : null;
}
