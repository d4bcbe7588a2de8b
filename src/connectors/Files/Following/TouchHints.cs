using Godwit.Connectors.Files.Walking;

namespace Godwit.Connectors.Files.Following;

/// <summary>Paths that may have been touched, as told by watches and by copies that found a file changing.</summary>
/// <remarks>
/// Invariant: a hint that was told stays remembered until the position it was told with is durable at the target;
/// asked again
/// with an older position, it is told again. When there are too many, they are given up for a scan of everything.
/// </remarks>
internal sealed class TouchHints
{
    private const int Most = 200_000;

    private readonly Lock _lock = new();
    private readonly HashSet<byte[]> _paths = new(PathBytes.Comparer);
    private readonly HashSet<byte[]> _vanished = new(PathBytes.Comparer);
    private readonly Dictionary<byte[], ulong> _told = new(PathBytes.Comparer);
    private TaskCompletionSource _arrived = NewSignal();
    private bool _overflowed;

    /// <summary>Completes when there is a hint.</summary>
    internal Task Arrived
    {
        get
        {
            lock (_lock)
                return _arrived.Task;
        }
    }

    internal void Add(byte[] path)
    {
        lock (_lock)
        {
            if (_paths.Count >= Most)
                _overflowed = true;
            else
                _paths.Add(path);
            _arrived.TrySetResult();
        }
    }

    /// <summary>A directory has gone from a path: whatever lay below it at the other side may have gone with it, also
    /// when
    /// another directory takes the path.</summary>
    internal void AddVanished(byte[] directory)
    {
        lock (_lock)
        {
            if (_vanished.Count >= Most)
                _overflowed = true;
            else
                _vanished.Add(directory);
            _arrived.TrySetResult();
        }
    }

    internal List<byte[]> TakeVanished()
    {
        lock (_lock)
        {
            var vanished = _vanished.ToList();
            _vanished.Clear();
            return vanished;
        }
    }

    /// <summary>Everything may have been touched: events were lost.</summary>
    internal void AddEverything()
    {
        lock (_lock)
        {
            _overflowed = true;
            _arrived.TrySetResult();
        }
    }

    /// <summary>Takes up to so many hints, to be told with a position.</summary>
    internal void Take(List<byte[]> into, int most, ulong reached)
    {
        lock (_lock)
        {
            var taken = _paths.Take(most).ToList();
            foreach (var path in taken)
            {
                _paths.Remove(path);
                _told[path] = reached;
            }
            into.AddRange(taken);
            if (_paths.Count == 0 && _arrived.Task.IsCompleted)
                _arrived = NewSignal();
        }
    }

    /// <summary>All hints that are not confirmed yet; they stay.</summary>
    internal IReadOnlyList<byte[]> Unconfirmed()
    {
        lock (_lock)
            return [.. _paths, .. _told.Keys];
    }

    /// <summary>Whether events were lost since the last time: then a scan is due.</summary>
    internal bool TakeLoss()
    {
        lock (_lock)
        {
            var overflowed = _overflowed;
            _overflowed = false;
            return overflowed;
        }
    }

    /// <summary>Everything told up to a position is durable; what was told after it is told again.</summary>
    internal void Confirm(ulong position)
    {
        lock (_lock)
        {
            foreach (var (path, reached) in _told)
            {
                if (reached > position)
                    _paths.Add(path);
            }
            _told.Clear();
            if (_paths.Count > 0)
                _arrived.TrySetResult();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
