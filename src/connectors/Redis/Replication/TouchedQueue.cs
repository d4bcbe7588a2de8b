namespace Godwit.Connectors.Redis.Replication;

/// <summary>Keys that were touched and are to be read, each once, in the order of their first touch. For one task that
/// takes and one that adds.</summary>
internal sealed class TouchedQueue
{
    /// <summary>More than this is given up: reading everything again is cheaper than holding it.</summary>
    internal const int Most = 1_000_000;

    private readonly Lock _lock = new();
    private readonly Queue<(long Number, byte[] Key)> _keys = new();
    private readonly HashSet<byte[]> _waiting = new(KeyBytes.Comparer);
    private TaskCompletionSource _added = NewSignal();
    private long _last;
    private long _taken;

    /// <summary>Number of what was added last.</summary>
    internal long Last
    {
        get
        {
            lock (_lock)
                return _last;
        }
    }

    /// <summary>Whether something was lost of what should have been added: only reading everything helps.</summary>
    internal bool HasLost { get; private set; }

    /// <summary>Completes when something has been added since the task was taken.</summary>
    internal Task Added
    {
        get
        {
            lock (_lock)
                return _keys.Count > 0 || HasLost ? Task.CompletedTask : _added.Task;
        }
    }

    internal void Add(byte[] key)
    {
        lock (_lock)
        {
            // What waits is read after this touch as well.
            if (!_waiting.Add(key))
                return;
            _keys.Enqueue((++_last, key));
            HasLost |= _keys.Count > Most;
            _added.TrySetResult();
        }
    }

    internal void Lose()
    {
        lock (_lock)
        {
            HasLost = true;
            _added.TrySetResult();
        }
    }

    /// <summary>Takes the oldest.</summary>
    /// <returns>The keys, and the number up to which nothing waits then.</returns>
    internal (IReadOnlyList<byte[]> Keys, long UpTo) Take(int most)
    {
        lock (_lock)
        {
            var keys = new List<byte[]>();
            while (keys.Count < most && _keys.TryDequeue(out var one))
            {
                _waiting.Remove(one.Key);
                keys.Add(one.Key);
                _taken = one.Number;
            }
            if (_keys.Count == 0)
                _added = NewSignal();
            return (keys, _taken);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
