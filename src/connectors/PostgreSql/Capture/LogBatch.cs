using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>What a part of the log has touched: keys by stream with what is known of them, and the transactions that
/// touched them.</summary>
/// <param name="mayBePart">Whether records may be told in part.</param>
internal sealed class LogBatch(bool mayBePart) : IDisposable
{
    /// <summary>Most bytes of records; what is more than this is read by key.</summary>
    internal const long MostBytes = 24 << 20;

    private readonly SortedDictionary<int, TouchedSet> _streams = [];
    private long _bytes;
    private bool _isFull;

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

    /// <inheritdoc cref="TouchedSet.MustRead"/>
    internal void MustRead(ScopedStream stream, Key key, bool wasThere) => Add(Of(stream).MustRead(key, wasThere));

    /// <inheritdoc cref="TouchedSet.IsGone"/>
    internal void IsGone(ScopedStream stream, Key key, bool wasThere) => Add(Of(stream).IsGone(key, wasThere));

    /// <inheritdoc cref="TouchedSet.Is"/>
    internal void Is(ScopedStream stream, Key key, bool wasThere, RecordBatch record, ulong missing)
    {
        if (!HasRoom(record.Size))
            MustRead(stream, key, wasThere);
        else
            Add(Of(stream).Is(key, wasThere, record, missing));
    }

    internal void Empty(ScopedStream stream)
    {
        Emptied.Add(stream.Number);
        Of(stream).Empty();
    }

    /// <summary>The stream's keys, the caller's from here on; null when none was touched.</summary>
    internal TouchedSet? Take(ScopedStream stream) => _streams.Remove(stream.Number, out var set) ? set : null;

    public void Dispose()
    {
        foreach (var set in _streams.Values)
            set.Dispose();
        _streams.Clear();
    }

    private void Add(bool isNew)
    {
        if (isNew)
            Count++;
    }

    private bool HasRoom(long bytes)
    {
        if (_isFull || _bytes + bytes <= MostBytes)
        {
            _bytes += bytes;
            return !_isFull;
        }
        foreach (var set in _streams.Values)
            set.Compact();
        _bytes = _streams.Values.Sum(one => one.Size);
        // Half of it, so that it is not compacted again for every record.
        _isFull = _bytes + bytes > MostBytes / 2;
        return !_isFull;
    }

    private TouchedSet Of(ScopedStream stream)
    {
        if (!_streams.TryGetValue(stream.Number, out var set))
            _streams.Add(stream.Number, set = new TouchedSet(stream, mayBePart));
        return set;
    }
}
