namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>Finds, among the first messages of a queue after its broker crashed, those that were taken away
/// before.</summary>
/// <remarks>
/// They are one run of what was taken, in order and without a gap, and come before everything else. A run counts from
/// two messages on that occur once in all that was taken: an application that sends the same message over and over gets
/// it doubled rather than lost. After the last such message of the run nothing is sure. The first message of the batch
/// under way counts for one of the two where it follows the last that was taken.
/// </remarks>
/// <param name="taken">Hashes of what was taken, in order.</param>
/// <param name="pending">Hashes of messages that may not have arrived, in order: where one of them comes, the run is
/// over.</param>
internal sealed class TakenAlignment(IReadOnlyList<UInt128> taken, IReadOnlyList<UInt128> pending)
{
    private readonly HashSet<UInt128> _pending = [.. pending];
    private readonly Dictionary<UInt128, int> _places = Places(taken);
    private readonly List<UInt128> _first = [];
    private int? _start;
    private int _unique;
    private int _sure;

    /// <summary>Whether more messages may be found.</summary>
    internal bool IsOpen { get; private set; } = taken.Count > 0;

    /// <summary>So many messages, from the first on, were taken before.</summary>
    internal int Sure => _unique > 1 ? _sure : 0;

    /// <summary>The next message of the queue.</summary>
    internal void Add(UInt128 hash)
    {
        if (!IsOpen)
            return;
        if (_pending.Contains(hash))
        {
            if (_start + _first.Count == taken.Count && hash == pending[0] && !_places.ContainsKey(hash))
                _unique++;
            IsOpen = false;
            return;
        }
        _first.Add(hash);
        var isUnique = _places.TryGetValue(hash, out var place) && place >= 0;
        if (_start is null && isUnique)
            _start = place - _first.Count + 1;
        if (_start is { } start)
            IsOpen = isUnique && _unique == 0 ? Fits(start) : Fits(start, _first.Count - 1);
        else
            IsOpen = _places.ContainsKey(hash);
        if (IsOpen && isUnique)
            (_unique, _sure) = (_unique + 1, _first.Count);
    }

    /// <summary>No more messages come.</summary>
    internal void Close() => IsOpen = false;

    private bool Fits(int start) => Enumerable.Range(0, _first.Count).All(at => Fits(start, at));

    private bool Fits(int start, int at) =>
        start + at >= 0 && start + at < taken.Count && taken[start + at] == _first[at];

    /// <returns>For each hash its place, or -1 where it has several.</returns>
    private static Dictionary<UInt128, int> Places(IReadOnlyList<UInt128> taken)
    {
        var places = new Dictionary<UInt128, int>(taken.Count);
        for (var at = 0; at < taken.Count; at++)
        {
            if (!places.TryAdd(taken[at], at))
                places[taken[at]] = -1;
        }
        return places;
    }
}
