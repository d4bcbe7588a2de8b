using Godwit.Connectors.Files.Kernel;

namespace Godwit.Connectors.Files.Walking;

/// <summary>All entries of a range in key order, each with its status, through directories that are held
/// open.</summary>
/// <remarks>
/// Invariant: memory is the sorted names of the directories on the current path, never the tree. An entry that vanishes
/// while it is looked at is left out; a directory that was swapped for a symbolic link is not entered.
/// </remarks>
internal sealed class TreeWalk : IDisposable
{
    /// <summary>Deeper trees are refused: each level holds a descriptor.</summary>
    internal const int Deepest = 4096;

    private readonly TreeRoot _root;
    private readonly ListingCache? _cache;
    private readonly byte[]? _to;
    private readonly List<WalkFrame> _frames = [];
    private byte[] _path = new byte[256];
    private int _pathLength;
    private bool _atRoot;
    private bool _enter;
    private FileStatus _status;

    /// <param name="cache">Keeps the listings of very large directories between walks; null for none.</param>
    /// <param name="from">First path, inclusive; null for the root.</param>
    /// <param name="to">Last path, exclusive; null for the end.</param>
    internal TreeWalk(TreeRoot root, ListingCache? cache = null, byte[]? from = null, byte[]? to = null)
    {
        (_root, _cache, _to) = (root, cache, to);
        if (from is null || from.Length == 0)
            _atRoot = true;
        else
            DescendTo(from);
    }

    /// <summary>Valid until the next step.</summary>
    internal ReadOnlySpan<byte> Path => _path.AsSpan(0, _pathLength);

    internal ref readonly FileStatus Status => ref _status;

    /// <summary>The directory that holds the present entry; for the root the root itself.</summary>
    internal int Directory => _frames.Count == 0 ? _root.Number : _frames[^1].Directory;

    /// <summary>The present entry's name in <see cref="Directory"/>.</summary>
    internal ReadOnlySpan<byte> Name => _frames.Count == 0
        ? "."u8
        : _path.AsSpan(_frames[^1].NameStart, _pathLength - _frames[^1].NameStart);

    internal EntryPlace Place => new(Directory, Name, Path, _status.Kind);

    /// <summary>Whether an entry was met already.</summary>
    internal bool HasStarted { get; private set; }

    /// <summary>Leaves out what is in the present directory.</summary>
    internal void SkipChildren() => _enter = false;

    internal bool Next()
    {
        HasStarted = true;
        if (_atRoot)
        {
            _atRoot = false;
            _pathLength = 0;
            Check(Posix.Status(_root.Number, out _status), "look at");
            return _enter = true;
        }
        if (_enter)
            Enter(0);
        return NextEntry();
    }

    public void Dispose()
    {
        foreach (var frame in _frames)
            _ = Posix.Close(frame.Directory);
        _frames.Clear();
    }

    private bool NextEntry()
    {
        while (_frames.Count > 0)
        {
            var frame = _frames[^1];
            if (frame.Next >= frame.Listing.Count)
            {
                Leave();
                continue;
            }
            SetName(frame, frame.Listing[frame.Next++]);
            if (_to is not null && PathOrder.Compare(Path, _to) >= 0)
                return End();
            var result = Posix.Status(frame.Directory, Name, out _status);
            if (Errno.IsGone(result))
                continue;
            Check(result, "look at");
            _enter = _status.Kind == EntryKind.Directory;
            return true;
        }
        return false;
    }

    private bool End()
    {
        Dispose();
        return false;
    }

    /// <summary>Opens the present directory and lists it; it may have vanished or become something else
    /// since.</summary>
    private bool Enter(int first)
    {
        _enter = false;
        if (_frames.Count >= Deepest)
            throw FilesProblems.TooDeep(Path, Deepest);
        var directory = Posix.Open(Directory, Name, OpenFlags.HeldDirectory);
        if (Errno.IsGone(directory))
            return false;
        Check(directory, "open the directory");
        var isRoot = _frames.Count == 0;
        try
        {
            var listing = _cache?.List(directory, isRoot, Path) ?? DirectoryListing.Read(directory, isRoot, Path);
            _frames.Add(new WalkFrame(directory, listing, isRoot ? 0 : _pathLength + 1) { Next = first });
        }
        catch
        {
            _ = Posix.Close(directory);
            throw;
        }
        return true;
    }

    private void Leave()
    {
        var frame = _frames[^1];
        _ = Posix.Close(frame.Directory);
        _frames.RemoveAt(_frames.Count - 1);
    }

    /// <summary>Opens the directories on the way to a path and stands so that the next entry is it, or the next after
    /// it.</summary>
    private void DescendTo(byte[] from)
    {
        _pathLength = 0;
        if (!Enter(0))
            return;
        var ranges = from.AsSpan().Split((byte)'/');
        while (ranges.MoveNext())
        {
            var frame = _frames[^1];
            var name = from.AsSpan(ranges.Current);
            frame.Next = frame.Listing.LowerBound(name);
            var isLast = ranges.Current.End.Value == from.Length;
            if (isLast || frame.Next >= frame.Listing.Count || !frame.Listing[frame.Next].SequenceEqual(name))
                return;
            // What leads to the first path comes before it, so it is passed over; only what is in it counts.
            frame.Next++;
            SetName(frame, name);
            if (!Enter(0))
                return;
        }
    }

    private void SetName(WalkFrame frame, ReadOnlySpan<byte> name)
    {
        var length = frame.NameStart + name.Length;
        if (_path.Length < length)
            Array.Resize(ref _path, Math.Max(_path.Length * 2, length));
        if (frame.NameStart > 0)
            _path[frame.NameStart - 1] = (byte)'/';
        name.CopyTo(_path.AsSpan(frame.NameStart));
        _pathLength = length;
    }

    private void Check(int result, string action)
    {
        if (result < 0)
            throw FilesProblems.From(result, action, Path);
    }
}
