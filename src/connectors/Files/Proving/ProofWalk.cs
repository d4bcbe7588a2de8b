using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;

namespace Godwit.Connectors.Files.Proving;

/// <summary>The paths of a range in key order, found by the verifier's own walk: one directory's names at a time on a
/// stack.</summary>
internal sealed class ProofWalk(TreeRoot root, ListingCache listings, byte[]? from, byte[]? to) : IDisposable
{
    private readonly Stack<Level> _levels = new();
    private bool _started;
    private bool _mayEnter;

    /// <summary>The directory that holds the present entry.</summary>
    internal int Directory { get; private set; } = root.Number;

    internal byte[] Name { get; private set; } = "."u8.ToArray();

    internal byte[] Path { get; private set; } = [];

    /// <summary>Steps to the next path of the range; false at its end.</summary>
    internal bool Next()
    {
        while (Step())
        {
            if (to is not null && PathOrder.Compare(Path, to) >= 0)
                return false;
            if (from is null || PathOrder.Compare(Path, from) >= 0)
                return true;
        }
        return false;
    }

    public void Dispose()
    {
        while (_levels.TryPop(out var level))
            _ = Posix.Close(level.Directory);
    }

    private bool Step()
    {
        if (_levels.Count == 0)
        {
            if (_started)
                return false;
            _started = true;
            Push(root.Number, Name, Path);
            return true;
        }
        PushIfDirectory();
        while (_levels.TryPeek(out var level))
        {
            if (level.Next == level.Names.Count)
            {
                _ = Posix.Close(_levels.Pop().Directory);
                continue;
            }
            var name = level.Names[level.Next++];
            (Directory, Name, Path) = (level.Directory, name.ToArray(), PathOrder.Join(level.Path, name));
            _mayEnter = MayHoldMore(Path);
            return true;
        }
        return false;
    }

    /// <summary>Whether anything in a directory of this path can lie in the range.</summary>
    private bool MayHoldMore(byte[] path) =>
        from is null || PathOrder.Compare(path, from) >= 0 || PathOrder.IsWithin(from, path);

    private void PushIfDirectory()
    {
        if (!_mayEnter)
            return;
        _mayEnter = false;
        if (Posix.Status(Directory, Name, out var status) >= 0 && status.Kind == EntryKind.Directory)
            Push(Directory, Name, Path);
    }

    private void Push(int parent, byte[] name, byte[] path)
    {
        if (_levels.Count > TreeWalk.Deepest)
            throw FilesProblems.TooDeep(path, TreeWalk.Deepest);
        var directory = Posix.Open(parent, name, OpenFlags.HeldDirectory);
        if (Errno.IsGone(directory))
            return;
        if (directory < 0)
            throw FilesProblems.From(directory, "open the directory", path);
        var names = listings.List(directory, path.Length == 0, path);
        _levels.Push(new Level(directory, path, names) { Next = FirstIn(names, path) });
    }

    /// <summary>Passes over the names that lie wholly before the range.</summary>
    private int FirstIn(DirectoryListing names, byte[] path)
    {
        if (from is null || !PathOrder.IsWithin(from, path) || from.Length == path.Length)
            return 0;
        var rest = from.AsSpan(path.Length == 0 ? 0 : path.Length + 1);
        var slash = rest.IndexOf((byte)'/');
        return names.LowerBound(slash < 0 ? rest : rest[..slash]);
    }

    private sealed record Level(int Directory, byte[] Path, DirectoryListing Names)
    {
        internal int Next { get; set; }
    }
}
