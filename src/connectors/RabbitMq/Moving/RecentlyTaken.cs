namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>The hashes of the messages of one queue that were taken away lately: a broker that crashes may have
/// forgotten that.</summary>
/// <remarks>
/// A broker writes down acknowledgements when a queue has nothing else to do for a moment, or has collected many. So
/// what was taken before a rest stays taken, and is not remembered: the same messages in that queue are new ones.
/// </remarks>
internal sealed class RecentlyTaken(TimeProvider clock)
{
    /// <summary>Many times as long as a queue waits before it writes.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestBatch = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Several times as many as a queue collects.</summary>
    private const int Most = 100_000;

    private readonly Queue<(long Time, UInt128 Hash)> _taken = new();
    private long _last;
    private bool _isUnderWay;

    /// <summary>In the order in which they were taken.</summary>
    internal IReadOnlyList<UInt128> Hashes => [.. _taken.Select(one => one.Hash)];

    /// <summary>A batch of the queue's messages is under way.</summary>
    internal void Begin()
    {
        Pass(clock.GetTimestamp());
        (_last, _isUnderWay) = (clock.GetTimestamp(), true);
    }

    /// <summary>Called before the broker is told; followed by <see cref="End"/> when it has answered.</summary>
    internal void Add(IEnumerable<UInt128> hashes)
    {
        Begin();
        foreach (var hash in hashes)
            _taken.Enqueue((_last, hash));
        while (_taken.TryPeek(out var first)
            && (_taken.Count > Most || clock.GetElapsedTime(first.Time, _last) > Longest))
            _taken.Dequeue();
    }

    /// <summary>No batch of the queue's messages is under way any more.</summary>
    internal void End() => (_last, _isUnderWay) = (clock.GetTimestamp(), false);

    /// <summary>Of all that was taken, the broker has brought back nothing but these, and they were taken
    /// again.</summary>
    internal void Replace(IEnumerable<UInt128> hashes)
    {
        _taken.Clear();
        Add(hashes);
        End();
    }

    /// <summary>Forgets what is safe when the queue had nothing to do until a moment.</summary>
    internal void Pass(long moment)
    {
        if (_taken.Count > 0 && clock.GetElapsedTime(_last, moment) > (_isUnderWay ? LongestBatch : Rest))
            _taken.Clear();
    }
}
