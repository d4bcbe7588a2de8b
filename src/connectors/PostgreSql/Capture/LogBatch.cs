using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>What a part of the log has touched: keys by stream, and the transactions that touched them.</summary>
internal sealed class LogBatch : IDisposable
{
    private readonly SortedDictionary<int, TouchedSet> _streams = [];

    internal long Count { get; private set; }

    /// <summary>Where this part of the log begins.</summary>
    internal Position Begin { get; set; }

    /// <summary>Where this part of the log ends.</summary>
    internal Position Reached { get; set; }

    /// <summary>Low 32 bits of the transactions' ids.</summary>
    internal HashSet<uint> Transactions { get; } = [];

    /// <summary>Commit time of the first transaction.</summary>
    internal DateTimeOffset? Oldest { get; set; }

    /// <summary>Streams whose table was described, anew or for the first time: its definition is to be looked
    /// at.</summary>
    internal HashSet<int> Described { get; } = [];

    /// <summary>Streams that were emptied by TRUNCATE.</summary>
    internal HashSet<int> Emptied { get; } = [];

    /// <summary>By number: parents first.</summary>
    internal IEnumerable<TouchedSet> Streams => _streams.Values;

    internal void Touch(ScopedStream stream, Key key)
    {
        if (Of(stream).Add(key))
            Count++;
    }

    internal TouchedSet Of(ScopedStream stream)
    {
        if (!_streams.TryGetValue(stream.Number, out var set))
            _streams.Add(stream.Number, set = new TouchedSet(stream));
        return set;
    }

    /// <summary>Gives the keys away.</summary>
    internal IReadOnlyList<TouchedSet> Release()
    {
        IReadOnlyList<TouchedSet> all = [.. _streams.Values];
        _streams.Clear();
        return all;
    }

    public void Dispose()
    {
        foreach (var set in _streams.Values)
            set.Dispose();
        _streams.Clear();
    }
}
