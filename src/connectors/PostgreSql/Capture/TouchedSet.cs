using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>Keys of one stream, each once, with what the log told last of each.</summary>
/// <remarks>
/// Invariant: what is known of a key is known as of the last change that was added. A record that is told in part is
/// completed by what was told of it before; what is still missing then has not changed since the batch began.
/// </remarks>
/// <param name="stream">Whose keys.</param>
/// <param name="mayBePart">Whether records may be told in part.</param>
internal sealed class TouchedSet(ScopedStream stream, bool mayBePart) : IDisposable
{
    private readonly Dictionary<Key, int> _places = [];
    private readonly List<Entry> _entries = [];
    private readonly List<bool> _wereThere = [];
    private readonly RecordBatch _scratch = new(stream.Schema.Columns.Count);
    private RecordBatch _records = new(stream.Schema.Columns.Count);

    internal ScopedStream Stream => stream;

    /// <summary>In the order in which they were touched first.</summary>
    internal RecordBatch Keys { get; } = new(stream.Schema.KeyColumns.Count);

    internal long Size => _records.Size;

    /// <summary>What is known of a key, by its place in <see cref="Keys"/>.</summary>
    internal Known KnownOf(int place) => _entries[place].Known;

    /// <summary>Whether a record had the key before it was touched here first.</summary>
    internal bool WasThere(int place) => _wereThere[place];

    /// <summary>The key was touched; its record has to be read.</summary>
    /// <param name="key">Which.</param>
    /// <param name="wasThere">Whether a record had the key before this change.</param>
    /// <returns>Whether the key is new here.</returns>
    internal bool MustRead(Key key, bool wasThere) => Set(key, wasThere, new Entry(Known.Nothing, -1, 0));

    /// <summary>The key's record is gone, or out of scope.</summary>
    /// <inheritdoc cref="MustRead"/>
    internal bool IsGone(Key key, bool wasThere) => Set(key, wasThere, new Entry(Known.Gone, -1, 0));

    /// <summary>The record as it is after a change.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="wasThere">Whether a record had the key before this change.</param>
    /// <param name="record">One record with all columns; copied.</param>
    /// <param name="missing">A bit for each column that the log did not tell because it has not changed.</param>
    /// <inheritdoc cref="MustRead"/>
    internal bool Is(Key key, bool wasThere, RecordBatch record, ulong missing)
    {
        if (missing == 0 || !_places.TryGetValue(key, out var place))
            return Set(key, wasThere, Keep(record, missing));
        var before = _entries[place];
        // What has not changed since is known of a record only.
        if (before.Known != Known.Record)
            return MustRead(key, wasThere);
        _scratch.Clear();
        for (var i = 0; i < record.ColumnCount; i++)
        {
            if ((missing >> i & 1) == 0)
                _scratch.AppendFrom(record, 0, i);
            else
                _scratch.AppendFrom(_records, before.Row, i);
        }
        _scratch.EndRecord();
        return Set(key, wasThere, Keep(_scratch, missing & before.Missing));
    }

    /// <summary>All rows are gone at a stroke; what was told of them before is void.</summary>
    internal void Empty()
    {
        for (var i = 0; i < _entries.Count; i++)
            _entries[i] = new Entry(Known.Gone, -1, 0);
        _records.Clear();
    }

    /// <summary>Lets go of records that are out of date.</summary>
    internal void Compact()
    {
        var compact = new RecordBatch(_records.ColumnCount);
        for (var i = 0; i < _entries.Count; i++)
        {
            if (_entries[i].Known != Known.Record)
                continue;
            Append(_records, _entries[i].Row, compact);
            _entries[i] = _entries[i] with { Row = compact.Count - 1 };
        }
        _records.Dispose();
        _records = compact;
    }

    /// <summary>The records that are known, in batches of about the given size: first those that are whole, then
    /// groups of which the same columns are known. Each batch belongs to the receiver.</summary>
    internal IEnumerable<(RecordBatch Records, IReadOnlyList<int>? Columns)> Records(long size)
    {
        var groups = _entries.Where(one => one.Known == Known.Record).GroupBy(one => one.Missing);
        foreach (var group in groups.OrderBy(one => one.Key))
        {
            var all = Enumerable.Range(0, _records.ColumnCount).ToList();
            var columns = group.Key == 0 ? null : all.FindAll(column => (group.Key >> column & 1) == 0);
            RecordBatch? batch = null;
            foreach (var entry in group)
            {
                batch ??= new RecordBatch((columns ?? all).Count);
                foreach (var column in columns ?? all)
                    batch.AppendFrom(_records, entry.Row, column);
                batch.EndRecord();
                if (batch.Size < size)
                    continue;
                yield return (batch, columns);
                batch = null;
            }
            if (batch is not null)
                yield return (batch, columns);
        }
    }

    public void Dispose()
    {
        Keys.Dispose();
        _records.Dispose();
        _scratch.Dispose();
    }

    private Entry Keep(RecordBatch record, ulong missing)
    {
        if (missing != 0 && !mayBePart)
            return new Entry(Known.Nothing, -1, 0);
        Append(record, 0, _records);
        return new Entry(Known.Record, _records.Count - 1, missing);
    }

    private static void Append(RecordBatch from, int record, RecordBatch into)
    {
        for (var i = 0; i < from.ColumnCount; i++)
            into.AppendFrom(from, record, i);
        into.EndRecord();
    }

    private bool Set(Key key, bool wasThere, Entry entry)
    {
        if (_places.TryGetValue(key, out var place))
        {
            _entries[place] = entry;
            return false;
        }
        _places.Add(key, _entries.Count);
        _entries.Add(entry);
        _wereThere.Add(wasThere);
        key.AppendTo(Keys);
        return true;
    }

    private readonly record struct Entry(Known Known, int Row, ulong Missing);
}
