using Godwit.Connectors.Files.Following;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Files.Watching;

/// <summary>Watches every directory of a tree and turns what the kernel tells into hints.</summary>
/// <remarks>
/// A new directory is watched first and listed then: what was made in it before the watch is found by the listing, what
/// comes later by events. When events are lost, or a directory cannot be watched, everything counts as touched: a scan.
/// One thread reads the events, so that the kernel's queue does not fill while a batch is being copied.
/// </remarks>
internal sealed class TreeWatch(FilesSession session, TouchHints hints, Action<byte[]> hint) : IDisposable
{
    /// <summary>The kernel's queue of 16384 events is read in fewer.</summary>
    private const int MostReads = 128;

    private readonly Lock _lock = new();

    /// <summary>Taken under the other one, where directories are added side by side.</summary>
    private readonly Lock _adding = new();
    private readonly Dictionary<int, WatchedDirectory> _byWatch = [];
    private Inotify? _inotify;
    private Thread? _reader;
    private WatchedDirectory _root = new(null, []);
    private bool _isStopping;
    private bool _isLost;

    /// <summary>Whether every directory is watched; not when the user's limit of watches is used up.</summary>
    internal bool IsComplete { get; private set; }

    /// <summary>Starts to watch; nothing that happens after this returns goes unseen, unless events are lost.</summary>
    /// <returns>Which directories are where.</returns>
    internal DirectoryIdentities Start(CancellationToken cancellation)
    {
        Stop();
        lock (_lock)
        {
            _isStopping = false;
            _inotify = new Inotify(session.Path);
            _byWatch.Clear();
            var identities = Renew(cancellation);
            _reader = new Thread(ReadEvents) { IsBackground = true, Name = "godwit watch" };
            _reader.Start();
            return identities;
        }
    }

    internal void Stop()
    {
        Thread? reader;
        lock (_lock)
        {
            _isStopping = true;
            _inotify?.Interrupt();
            (reader, _reader) = (_reader, null);
        }
        reader?.Join();
        lock (_lock)
        {
            IsComplete = false;
            _inotify?.Dispose();
            _inotify = null;
        }
    }

    /// <summary>Returns when every event that happened before the call has become a hint.</summary>
    internal void CatchUp()
    {
        // Events are queued before the call that caused them returns, and each is handled under this lock.
        try
        {
            lock (_lock)
            {
                for (var i = 0; i < MostReads && HandleSome(); i++)
                {
                    // What was queued before the call fits into so many reads; what comes meanwhile may wait.
                }
            }
        }
        catch (GodwitException)
        {
            hints.AddEverything();
        }
    }

    public void Dispose() => Stop();

    private DirectoryIdentities Renew(CancellationToken cancellation)
    {
        foreach (var watch in _byWatch.Keys)
            _inotify!.Remove(watch);
        _byWatch.Clear();
        _root = new WatchedDirectory(null, []);
        IsComplete = true;
        var identities = new DirectoryIdentities();
        var tops = new Stack<WatchedDirectory>();
        Add(_root, identities, found: null, tops);
        SideBySide.ForEach(tops, top => AddTree(top, identities, found: null, cancellation), cancellation);
        return identities;
    }

    private void ReadEvents()
    {
        while (!_isStopping)
        {
            if (!_inotify!.Wait())
                return;
            try
            {
                lock (_lock)
                    HandleSome();
            }
            catch (GodwitException)
            {
                // A directory could not be listed. The scan meets the same and tells it where it can be handled.
                hints.AddEverything();
            }
        }
    }

    private bool HandleSome()
    {
        if (!(_inotify?.Read(Handle) ?? false))
            return false;
        if (!_isLost)
            return true;
        // Directories may have come and gone unseen, so all watches are made anew before the scan.
        _isLost = false;
        Renew(CancellationToken.None);
        hints.AddEverything();
        return true;
    }

    private void Handle(int watch, uint mask, ReadOnlySpan<byte> name)
    {
        if ((mask & WatchEvents.Overflow) != 0)
            _isLost = true;
        if (_isLost)
            return;
        if (!_byWatch.TryGetValue(watch, out var directory))
            return;
        if ((mask & WatchEvents.Ignored) != 0)
            _byWatch.Remove(watch);
        else if (!OwnNames.IsOwn(name, directory.IsRoot))
            Handle(directory, mask, name);
    }

    private void Handle(WatchedDirectory directory, uint mask, ReadOnlySpan<byte> name)
    {
        var parent = directory.Path;
        if (name.IsEmpty)
        {
            hint(parent);
            return;
        }
        hint(PathOrder.Join(parent, name));
        if ((mask & (WatchEvents.Created | WatchEvents.Deleted | WatchEvents.MovedFrom | WatchEvents.MovedTo)) != 0)
            hint(parent);
        if ((mask & WatchEvents.IsDirectory) == 0)
            return;
        if ((mask & (WatchEvents.Deleted | WatchEvents.MovedFrom)) != 0)
            hints.AddVanished(PathOrder.Join(parent, name));
        if ((mask & (WatchEvents.Created | WatchEvents.Deleted | WatchEvents.MovedFrom | WatchEvents.MovedTo)) != 0
            && directory.Children.Remove(name.ToArray(), out var old))
            Forget(old);
        if ((mask & (WatchEvents.Created | WatchEvents.MovedTo)) != 0)
            AddTree(Child(directory, name), new DirectoryIdentities(), hint, CancellationToken.None);
    }

    private static WatchedDirectory Child(WatchedDirectory parent, ReadOnlySpan<byte> name)
    {
        var child = new WatchedDirectory(parent, name.ToArray());
        parent.Children[child.Name] = child;
        return child;
    }

    /// <summary>Watches a directory, then what is in it.</summary>
    /// <param name="found">Told every path below, for a directory that is new; null at the start.</param>
    private void AddTree(
        WatchedDirectory top, DirectoryIdentities identities, Action<byte[]>? found, CancellationToken cancellation)
    {
        var waiting = new Stack<WatchedDirectory>([top]);
        while (waiting.TryPop(out var directory))
        {
            cancellation.ThrowIfCancellationRequested();
            Add(directory, identities, found, waiting);
        }
    }

    private void Add(
        WatchedDirectory directory, DirectoryIdentities identities, Action<byte[]>? found,
        Stack<WatchedDirectory> waiting)
    {
        var path = directory.Path;
        var opened = session.Root().OpenDirectory(path);
        if (Errno.IsGone(opened))
            return;
        if (opened < 0)
            throw FilesProblems.From(opened, "open the directory", path);
        try
        {
            Watch(directory, opened, path);
            if (Posix.Status(opened, out var itself) >= 0)
            {
                lock (_adding)
                    identities.Add(path, itself.Identity);
            }
            AddChildren(directory, opened, path, found, waiting);
        }
        finally
        {
            _ = Posix.Close(opened);
        }
    }

    private void Watch(WatchedDirectory directory, int opened, byte[] path)
    {
        var watch = _inotify!.Add(opened, WatchEvents.Wanted);
        if (watch == -Errno.NoSpace)
        {
            IsComplete = false;
            return;
        }
        if (watch < 0)
            throw FilesProblems.From(watch, "watch", path);
        directory.Watch = watch;
        lock (_adding)
            _byWatch[watch] = directory;
    }

    private static void AddChildren(
        WatchedDirectory directory, int opened, byte[] path, Action<byte[]>? found, Stack<WatchedDirectory> waiting)
    {
        var listing = DirectoryListing.Read(opened, directory.IsRoot, path);
        for (var i = 0; i < listing.Count; i++)
        {
            found?.Invoke(PathOrder.Join(path, listing[i]));
            if (listing.IsSurelyNoDirectory(i)
                || Posix.Status(opened, listing[i], out var status) < 0 || status.Kind != EntryKind.Directory)
                continue;
            waiting.Push(Child(directory, listing[i]));
        }
    }

    /// <summary>A directory was moved away or removed: its watches would tell wrong paths.</summary>
    private void Forget(WatchedDirectory directory)
    {
        foreach (var child in directory.Children.Values)
            Forget(child);
        if (directory.Watch < 0 || _byWatch.GetValueOrDefault(directory.Watch) != directory)
            return;
        _byWatch.Remove(directory.Watch);
        _inotify!.Remove(directory.Watch);
    }
}
