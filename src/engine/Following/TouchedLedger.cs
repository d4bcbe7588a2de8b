using Godwit.Core.Changes;
using Godwit.Core.Records;

namespace Godwit.Engine.Following;

/// <summary>Which records were touched since they were last proved equal.</summary>
/// <remarks>
/// Invariant: a key that the follower applied after the last clean pass began is in here until it is proved equal, or
/// the ledger says that it lost track. A key enters before its change is applied. Bounded by <see cref="Most"/>.
/// </remarks>
internal sealed class TouchedLedger
{
    /// <summary>More than this and a new pass over everything is cheaper than looking up each.</summary>
    internal const int Most = 200_000;

    private readonly Dictionary<(int Stream, Key Key), long> _waiting = [];
    private long _lostTrackAt = 1;

    /// <summary>Grows with every touch; marks a moment.</summary>
    internal long Now { get; private set; } = 1;

    internal int Count => _waiting.Count;

    /// <summary>Whether keys may have been touched that are not in here. True until the first pass is
    /// through.</summary>
    internal bool LostTrack => _lostTrackAt > 0;

    /// <summary>Everything is known to be equal now: after a handover, where nothing but what was verified can
    /// differ.</summary>
    internal void StartClean()
    {
        _waiting.Clear();
        _lostTrackAt = 0;
    }

    internal void Touch(ChangeBatch batch)
    {
        Now++;
        if (_waiting.Count + batch.KeyCount > Most || batch.Emptied.Count > 0)
        {
            _waiting.Clear();
            _lostTrackAt = Now;
            return;
        }
        foreach (var touched in batch.Touched)
        {
            for (var i = 0; i < touched.Keys.Count; i++)
                _waiting[(touched.Stream.Number, Key.Of(touched.Keys, i))] = Now;
        }
    }

    /// <summary>Something may differ that nobody touched.</summary>
    internal void LoseTrack() => _lostTrackAt = ++Now;

    /// <summary>A key is to be looked at again, although nobody touched it.</summary>
    internal void Suspect(int stream, Key key) => _waiting[(stream, key)] = Now;

    internal bool TouchedSince(int stream, Key key, long moment) =>
        _lostTrackAt > moment || (_waiting.TryGetValue((stream, key), out var at) && at > moment);

    /// <summary>The record was equal at a moment: it needs no more looking at, unless it was touched after.</summary>
    internal void Prove(int stream, Key key, long moment)
    {
        if (_waiting.TryGetValue((stream, key), out var at) && at <= moment)
            _waiting.Remove((stream, key));
    }

    /// <summary>A pass over everything that began at a moment found all equal but for what is suspected
    /// again.</summary>
    internal void PassThrough(long began, IReadOnlySet<(int Stream, Key Key)> suspects)
    {
        foreach (var (key, _) in _waiting.Where(one => one.Value <= began && !suspects.Contains(one.Key)).ToList())
            _waiting.Remove(key);
        if (_lostTrackAt <= began)
            _lostTrackAt = 0;
    }

    /// <summary>Whether nothing waits that was touched up to a moment.</summary>
    internal bool IsProved(long moment) => !LostTrack && _waiting.Values.All(at => at > moment);

    /// <summary>All keys that wait.</summary>
    internal IReadOnlyList<(int Stream, Key Key)> All => [.. _waiting.Keys];

    /// <summary>Some of the keys that wait, by stream.</summary>
    internal ILookup<int, Key> Waiting(int most) =>
        _waiting.Keys.Take(most).ToLookup(one => one.Stream, one => one.Key);
}
