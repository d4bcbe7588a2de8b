using Godwit.Connectors.Files.Kernel;

namespace Godwit.Connectors.Files.Walking;

/// <summary>Directories that were opened lately, so that the files of one directory do not each look it up
/// again.</summary>
/// <remarks>Safe for use by several threads: a directory that falls out stays open until its last user lets
/// go.</remarks>
internal sealed class DirectoryCache(TreeRoot root) : IDisposable
{
    private const int Most = 16;

    private readonly Lock _lock = new();
    private readonly List<Held> _held = new(Most);

    /// <summary>Opens a directory; the caller gives it back by <c>DangerousRelease</c>.</summary>
    /// <returns>Null and the error negated when it cannot be opened.</returns>
    internal Descriptor? Rent(ReadOnlySpan<byte> path, out int error)
    {
        lock (_lock)
        {
            error = 0;
            for (var i = _held.Count - 1; i >= 0; i--)
            {
                if (_held[i].Path.AsSpan().SequenceEqual(path))
                    return AddReference(_held[i].Directory);
            }
            error = root.OpenDirectory(path);
            if (error < 0)
                return null;
            if (_held.Count == Most)
            {
                _held[0].Directory.Dispose();
                _held.RemoveAt(0);
            }
            var opened = new Descriptor(error);
            _held.Add(new Held(path.ToArray(), opened));
            return AddReference(opened);
        }
    }

    /// <summary>Forgets all, so that the next use looks the directories up again.</summary>
    internal void Clear()
    {
        lock (_lock)
        {
            foreach (var one in _held)
                one.Directory.Dispose();
            _held.Clear();
        }
    }

    public void Dispose() => Clear();

    private static Descriptor AddReference(Descriptor directory)
    {
        var added = false;
        directory.DangerousAddRef(ref added);
        return directory;
    }

    private sealed record Held(byte[] Path, Descriptor Directory);
}
