using System.Collections.Concurrent;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>What every key must hold after all that writers were told is done.</summary>
/// <remarks>Each key has one writer, so nobody else changes what is noted of it.</remarks>
internal sealed class CacheLedger
{
    private readonly ConcurrentDictionary<CacheKey, CacheState?> _known = new();
    private readonly ConcurrentQueue<IReadOnlyList<IReadOnlyList<CacheChange>>> _doubts = new();
    private long _steps;

    /// <summary>Steps that were acknowledged.</summary>
    public long Steps => Interlocked.Read(ref _steps);

    /// <summary>Steps, or several that were sent at once, of which nobody knows whether they were carried
    /// out.</summary>
    public int Doubts => _doubts.Count;

    public IEnumerable<CacheKey> Keys => _known.Keys;

    /// <summary>Null for a key that is not there.</summary>
    public CacheState? Find(CacheKey key) => _known.GetValueOrDefault(key);

    /// <summary>A step was acknowledged.</summary>
    public void Note(IEnumerable<CacheChange> changes)
    {
        foreach (var change in changes)
            _known[change.Key] = change.State is { Value.IsNothing: true } ? null : change.State;
        Interlocked.Increment(ref _steps);
    }

    /// <summary>Nobody knows which of several things has happened. The keys must not be written to any more.</summary>
    public void NoteDoubt(IReadOnlyList<IReadOnlyList<CacheChange>> ways)
    {
        var keys = ways.SelectMany(one => one).Select(one => one.Key).Distinct().ToList();
        var before = keys.Select(one => new CacheChange(one, Find(one))).ToList();
        _doubts.Enqueue([.. ways.Prepend([]).Select(way => Complete(before, way))]);
        foreach (var key in keys)
            _known.TryRemove(key, out _);
    }

    /// <summary>What is wrong with a server's keys.</summary>
    /// <param name="isMine">Whether a key is this ledger's: nobody else may have written it.</param>
    public IReadOnlyList<string> Audit(CachePicture picture, Func<CacheKey, bool> isMine)
    {
        var wrong = new List<string>();
        foreach (var (key, state) in _known)
        {
            if (!picture.Fits(key, state))
                wrong.Add($"{key} is {picture.Say(key)} and must be {state?.ToString() ?? "absent"}");
        }
        var doubtful = new HashSet<CacheKey>();
        foreach (var ways in _doubts)
        {
            doubtful.UnionWith(ways[0].Select(one => one.Key));
            if (!ways.Any(way => way.All(one => picture.Fits(one.Key, one.State))))
                wrong.Add($"{string.Join(", ", ways[0].Select(one => $"{one.Key} is {picture.Say(one.Key)}"))}"
                    + $" and must be one of {string.Join(" | ", ways.Select(way => string.Join(", ", way)))}");
        }
        wrong.AddRange(picture.Keys.Where(one => isMine(one) && !_known.ContainsKey(one) && !doubtful.Contains(one))
            .Select(one => $"{one} is {picture.Say(one)}, and nobody wrote it"));
        return wrong;
    }

    private static List<CacheChange> Complete(List<CacheChange> before, IReadOnlyList<CacheChange> way) =>
        [.. before.Select(one => way.LastOrDefault(other => other.Key == one.Key) is { } change
            ? change with { State = change.State is { Value.IsNothing: true } ? null : change.State }
            : one)];
}
