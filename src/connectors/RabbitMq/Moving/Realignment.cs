namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>Finds the messages of a pending batch among those that a broker delivers again after a crash.</summary>
/// <remarks>
/// A broker puts what was not acknowledged back to its place, so what is left of the batch comes first, in order. Only
/// redelivered messages are taken for it, each for the next of its queue with the same hash: those between have expired
/// meanwhile. The first message that fits none ends the search for its queue. Where messages overtake each other, order
/// is kept within a priority only, and what fits none may have overtaken the batch. Identical messages are told apart
/// by their order alone; where it is not even sure that the batch was not taken away, because the broker crashed while
/// it was told, they are left out and come over once more.
/// </remarks>
internal sealed class Realignment
{
    private readonly ulong _number;
    private readonly IReadOnlyList<QueuedHash> _hashes;
    private readonly Dictionary<string, List<UInt128>> _expected = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Queue, byte Priority), int> _next = [];
    private readonly Dictionary<string, int> _missing = new(StringComparer.Ordinal);
    private readonly IReadOnlySet<string> _overtaking;
    private readonly List<(Delivery Delivery, int Ordinal)> _found = [];
    private readonly List<Delivery> _beyond = [];
    private readonly HashSet<QueuedHash> _doubtful = [];

    /// <param name="number">Of the batch.</param>
    /// <param name="hashes">Of its messages.</param>
    /// <param name="mayBeTaken">Whether the broker may have taken it away and forgotten that it said so.</param>
    /// <param name="overtaking">Queues in which messages overtake each other by their priorities.</param>
    internal Realignment(
        ulong number, IReadOnlyList<QueuedHash> hashes, bool mayBeTaken, IReadOnlySet<string> overtaking)
    {
        (_number, _hashes, _overtaking) = (number, hashes, overtaking);
        if (mayBeTaken)
            _doubtful = [.. hashes.CountBy(one => one).Where(one => one.Value > 1).Select(one => one.Key)];
        foreach (var (queue, hash) in hashes)
        {
            if (!_expected.TryGetValue(queue, out var list))
                _expected.Add(queue, list = []);
            list.Add(hash);
        }
        foreach (var (queue, list) in _expected)
            _missing[queue] = list.Count;
    }

    /// <summary>Queues of which more may come.</summary>
    internal IReadOnlyList<string> Open => [.. _missing.Keys];

    /// <summary>Deliveries that are none of the batch, in order.</summary>
    internal IReadOnlyList<Delivery> Beyond => _beyond;

    internal void Add(Delivery delivery)
    {
        var queue = delivery.Message.Queue;
        if (!_missing.TryGetValue(queue, out var missing))
        {
            _beyond.Add(delivery);
            return;
        }
        var overtakes = _overtaking.Contains(queue);
        var lane = (queue, overtakes ? delivery.Message.Properties.Priority : (byte)0);
        var next = _next.GetValueOrDefault(lane);
        var isDoubtful = _doubtful.Contains(new QueuedHash(queue, delivery.Hash));
        var at = delivery.IsRedelivered && !isDoubtful ? _expected[queue].IndexOf(delivery.Hash, next) : -1;
        if (at < 0)
        {
            _beyond.Add(delivery);
            if (!overtakes)
                _missing.Remove(queue);
            return;
        }
        _found.Add((delivery, at));
        _next[lane] = at + 1;
        _missing[queue] = overtakes ? missing - 1 : _expected[queue].Count - at - 1;
        if (_missing[queue] == 0)
            _missing.Remove(queue);
    }

    /// <summary>Nothing more comes of a queue.</summary>
    internal void Close(string queue) => _missing.Remove(queue);

    /// <summary>The batch as it was, each queue in its order, without what is gone.</summary>
    internal Gathering Result() => Gathering.Made(
        _number,
        _hashes,
        [.. _found.OrderBy(one => one.Ordinal).Select(one => one.Delivery.Message with { Ordinal = one.Ordinal })],
        [.. _found.Select(one => one.Delivery)]);
}
