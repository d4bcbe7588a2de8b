namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>What is known of a batch that was begun at a target and is not confirmed as a whole.</summary>
/// <remarks>Messages are told by their queue and their ordinal in the batch. Belongs to one thread at a time.</remarks>
internal sealed class Attempt
{
    private readonly Dictionary<string, SortedSet<int>> _landed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<int>> _sure = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _depths = new(StringComparer.Ordinal);

    /// <summary>Whether the trackers count what was published on top of <see cref="Landed"/>.</summary>
    internal bool IsTracked { get; private set; }

    /// <summary>Which messages of a queue had arrived when the trackers began to count.</summary>
    internal IReadOnlySet<int> Landed(string queue) => _landed.GetValueOrDefault(queue) ?? [];

    /// <summary>Which the broker has confirmed since. It says no more of messages on which it is silent.</summary>
    internal IReadOnlySet<int> Sure(string queue) => _sure.GetValueOrDefault(queue) ?? [];

    /// <summary>How many messages lay in the queue when the trackers began to count; null where somebody consumed
    /// there.</summary>
    internal long? Depth(string queue) => _depths.TryGetValue(queue, out var depth) ? depth : null;

    internal void Clear()
    {
        _landed.Clear();
        StopTracking();
    }

    /// <summary>The trackers are empty, and count.</summary>
    internal void Track(IReadOnlyDictionary<string, long> depths)
    {
        StopTracking();
        IsTracked = true;
        foreach (var (queue, depth) in depths)
            _depths.Add(queue, depth);
    }

    /// <summary>Some more have arrived. The trackers count nothing from here on.</summary>
    internal void Land(IReadOnlyList<(string Queue, int Ordinal)> messages)
    {
        Add(_landed, messages);
        StopTracking();
    }

    internal void Confirm(IReadOnlyList<(string Queue, int Ordinal)> messages) => Add(_sure, messages);

    /// <summary>Nothing of the batch is in a queue that is another one now.</summary>
    internal void Forget(string queue)
    {
        _landed.Remove(queue);
        _sure.Remove(queue);
        _depths.Remove(queue);
    }

    internal void Read(BinaryReader from)
    {
        Clear();
        Read(from, _landed);
        Read(from, _sure);
        IsTracked = from.ReadBoolean();
        for (var left = from.ReadInt32(); left > 0; left--)
            _depths.Add(from.ReadString(), from.ReadInt64());
    }

    internal void Write(BinaryWriter to)
    {
        Write(to, _landed);
        Write(to, _sure);
        to.Write(IsTracked);
        to.Write(_depths.Count);
        foreach (var (queue, depth) in _depths)
        {
            to.Write(queue);
            to.Write(depth);
        }
    }

    private void StopTracking()
    {
        IsTracked = false;
        _sure.Clear();
        _depths.Clear();
    }

    private static void Add(
        Dictionary<string, SortedSet<int>> to, IReadOnlyList<(string Queue, int Ordinal)> messages)
    {
        foreach (var (queue, ordinal) in messages)
        {
            if (!to.TryGetValue(queue, out var ordinals))
                to.Add(queue, ordinals = []);
            ordinals.Add(ordinal);
        }
    }

    private static void Read(BinaryReader from, Dictionary<string, SortedSet<int>> to)
    {
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            var ordinals = to[from.ReadString()] = [];
            for (var more = from.ReadInt32(); more > 0; more--)
                ordinals.Add(from.ReadInt32());
        }
    }

    private static void Write(BinaryWriter to, Dictionary<string, SortedSet<int>> from)
    {
        to.Write(from.Count);
        foreach (var (queue, ordinals) in from)
        {
            to.Write(queue);
            to.Write(ordinals.Count);
            foreach (var ordinal in ordinals)
                to.Write(ordinal);
        }
    }
}
