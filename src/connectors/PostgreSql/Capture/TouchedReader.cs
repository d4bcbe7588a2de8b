using System.Runtime.CompilerServices;
using Godwit.Connectors.PostgreSql.Copying;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>Turns touched keys into a batch: which are gone, and the records of the others.</summary>
/// <remarks>
/// What the log does not tell whole is read by key. Invariant: all that is read for a batch is read in one snapshot
/// that has seen every transaction of the batch. A commit is in the log before it is visible, so this is proved by the
/// snapshot itself and waited for. A record that is read may be newer than the batch's end; then it comes again with a
/// later batch.
/// </remarks>
internal sealed class TouchedReader : IAsyncDisposable
{
    private const long BatchBytes = 1 << 20;

    private readonly PostgreSqlStore _store;
    private readonly LateRead _read;
    private readonly List<Part> _parts = [];

    private TouchedReader(PostgreSqlStore store, HashSet<uint> transactions) =>
        (_store, _read) = (store, new LateRead(store, transactions));

    /// <summary>The batch of a part of the log.</summary>
    /// <param name="store">Where the log is.</param>
    /// <param name="streams">All that are followed.</param>
    /// <param name="filter">Knows which keys are the tenant's.</param>
    /// <param name="log">Gives its keys away.</param>
    /// <param name="cancellation">Ends the reading.</param>
    internal static Task<ChangeBatch> OfLog(
        PostgreSqlStore store, IReadOnlyList<ScopedStream> streams, ScopeFilter filter, LogBatch log,
        CancellationToken cancellation) =>
        Start(
            new TouchedReader(store, log.Transactions),
            async reader =>
            {
                foreach (var stream in streams)
                    await reader.AddStream(streams, filter, log, stream, cancellation).ConfigureAwait(false);
                if (streams.Any(one => one.Kind != ScopeKind.Everything) && filter.IsOpen(log.Begin))
                {
                    var connection = await reader._read.Open(cancellation).ConfigureAwait(false);
                    filter.HasTold(log.Begin, await LogPosition.End(connection, cancellation).ConfigureAwait(false));
                }
                var begin = LogPosition.Lsn(log.Begin);
                return reader.Batch(
                    log.Reached, log.Oldest, [.. streams.Where(one => log.Emptied.Contains(one.Number))], log.Begin,
                    () => store.Foresight.End <= begin);
            });

    /// <summary>The batch of some keys of one stream.</summary>
    internal static Task<ChangeBatch> OfKeys(
        PostgreSqlStore store, ScopedStream stream, RecordBatch keys, Position reached,
        CancellationToken cancellation) =>
        Start(
            new TouchedReader(store, []),
            async reader =>
            {
                var own = new RecordBatch(keys.ColumnCount);
                var part = reader.Add(stream, own);
                for (var i = 0; i < keys.Count; i++)
                    Key.Of(keys, i).AppendTo(own);
                var here = await reader.Present(stream, own, cancellation).ConfigureAwait(false);
                for (var i = 0; i < own.Count; i++)
                    part.Tell(Key.Of(own, i), here[i] ? Known.Nothing : Known.Gone, wasThere: false);
                return reader.Batch(reached, oldest: null, [], after: null, () => false);
            });

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts)
            part.Dispose();
        await _read.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<ChangeBatch> Start(TouchedReader reader, Func<TouchedReader, Task<ChangeBatch>> make)
    {
        try
        {
            return await make(reader).ConfigureAwait(false);
        }
        catch
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private Part Add(ScopedStream stream, IDisposable source)
    {
        var part = new Part(stream, source);
        _parts.Add(part);
        return part;
    }

    private async Task AddStream(
        IReadOnlyList<ScopedStream> streams, ScopeFilter filter, LogBatch log, ScopedStream stream,
        CancellationToken cancellation)
    {
        if (log.Take(stream) is not { } touched)
            return;
        var part = Add(stream, touched);
        part.Records = touched;
        var known = await Look(touched, cancellation).ConfigureAwait(false);
        using var moved = new RecordBatch(touched.Keys.ColumnCount);
        for (var i = 0; i < known.Length; i++)
        {
            var (key, isIn) = (Key.Of(touched.Keys, i), known[i] != Known.Gone);
            if (!isIn && !filter.WasOurs(stream, key, log.Begin))
                continue;
            part.Tell(key, known[i], touched.WasThere(i));
            if (filter.Tell(stream, key, isIn, log.Begin, log.Reached))
                key.AppendTo(moved);
        }
        foreach (var child in streams.Where(one => one.Parent?.Number == stream.Number && moved.Count > 0))
            await Expand(stream, moved, child, log, cancellation).ConfigureAwait(false);
    }

    /// <summary>What is known of each key, when those that have to be read have been looked for.</summary>
    private async Task<Known[]> Look(TouchedSet touched, CancellationToken cancellation)
    {
        var known = Enumerable.Range(0, touched.Keys.Count).Select(touched.KnownOf).ToArray();
        var places = Enumerable.Range(0, known.Length).Where(at => known[at] == Known.Nothing).ToList();
        if (places.Count == 0)
            return known;
        using var some = new RecordBatch(touched.Keys.ColumnCount);
        foreach (var place in places)
            Key.Of(touched.Keys, place).AppendTo(some);
        var here = await Present(touched.Stream, some, cancellation).ConfigureAwait(false);
        for (var i = 0; i < here.Length; i++)
            known[places[i]] = here[i] ? Known.Nothing : Known.Gone;
        return known;
    }

    /// <summary>Children whose parent came or went are touched too, although nobody wrote to them.</summary>
    private async Task Expand(
        ScopedStream parent, RecordBatch moved, ScopedStream child, LogBatch log, CancellationToken cancellation)
    {
        var connection = await _read.Open(cancellation).ConfigureAwait(false);
        foreach (var (_, keys) in KeySql.Unnest(parent.Schema, moved))
        {
            var columns = parent.Schema.KeyColumns.Select(index => parent.Schema.Columns[index].Name).ToList();
            var join = string.Join(" AND ", child.Path!.Columns.Select((column, i) =>
                KeySql.Equal(
                    parent.Schema, columns.IndexOf(child.Path.ParentColumns[i]), $"t.{Quote.Name(column)}", "k")));
            var query = $"SELECT {KeySql.Select(child.Schema, "t")} FROM {keys}"
                + $" JOIN {Quote.Table(child.Schema)} AS t ON {join}";
            await foreach (var batch in CopyReader
                .Read(connection, query, Wire.Of(KeySql.Columns(child.Schema)), BatchBytes, cancellation)
                .ConfigureAwait(false))
            {
                using (batch)
                {
                    for (var i = 0; i < batch.Count; i++)
                        log.MustRead(child, Key.Of(batch, i), wasThere: false);
                }
            }
        }
    }

    /// <summary>For each key whether a record in scope has it.</summary>
    private async Task<bool[]> Present(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var connection = await _read.Open(cancellation).ConfigureAwait(false);
        var here = new bool[keys.Count];
        foreach (var (from, some) in KeySql.Unnest(stream.Schema, keys))
        {
            using var found = await CopyReader.ReadAll(
                connection, $"SELECT k.n FROM {some} JOIN {Match(stream)}", [Wire.Int8], cancellation)
                .ConfigureAwait(false);
            for (var i = 0; i < found.Count; i++)
                here[from + (int)found.IntegerAt(i, 0) - 1] = true;
        }
        return here;
    }

    private static string Match(ScopedStream stream) =>
        $"{Quote.Table(stream.Schema)} AS t ON {KeySql.Equal(stream.Schema, "t", "k")}"
        + $" WHERE {ScopeSql.Of(stream, "t")}";

    private ChangeBatch Batch(
        Position reached, DateTimeOffset? oldest, IReadOnlyList<ScopedStream> emptied, Position? after,
        Func<bool> isSure) =>
        new(reached, [.. _parts.Select(one => one.Touched)], Current, DisposeAsync)
        {
            After = after,
            IsSure = isSure,
            Oldest = oldest,
            Emptied = emptied,
            ReadWhole = Whole,
        };

    private async IAsyncEnumerable<StreamRecords> Current([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var part in _parts)
        {
            foreach (var (records, columns) in part.Records?.Records(BatchBytes) ?? [])
            {
                await _store.Throttle.Pass(records.Size, cancellation).ConfigureAwait(false);
                yield return new StreamRecords(part.Stream, records, columns);
            }
            if (part.ToRead.Count == 0)
                continue;
            await foreach (var batch in Read(part.Stream, part.ToRead, BatchBytes, cancellation).ConfigureAwait(false))
            {
                await _store.Throttle.Pass(batch.Size, cancellation).ConfigureAwait(false);
                yield return new StreamRecords(part.Stream, batch);
            }
        }
    }

    private async Task<RecordBatch> Whole(
        ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        RecordBatch? all = null;
        await foreach (var batch in Read(stream, keys, long.MaxValue, cancellation).ConfigureAwait(false))
        {
            all ??= new RecordBatch(batch.ColumnCount);
            using (batch)
                all.AppendAll(batch);
        }
        return all ?? new RecordBatch(stream.Schema.Columns.Count);
    }

    private async IAsyncEnumerable<RecordBatch> Read(
        ScopedStream stream, RecordBatch keys, long size, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var connection = await _read.Open(cancellation).ConfigureAwait(false);
        foreach (var (_, some) in KeySql.Unnest(stream.Schema, keys))
        {
            var query = $"SELECT {KeySql.SelectAll(stream.Schema, "t")} FROM {some} JOIN {Match(stream)}";
            await foreach (var batch in CopyReader
                .Read(connection, query, Wire.Of(stream.Schema.Columns), size, cancellation).ConfigureAwait(false))
            {
                yield return batch;
            }
        }
    }

    /// <summary>What a batch tells of one stream.</summary>
    /// <param name="stream">Whose.</param>
    /// <param name="source">What it was made of; disposed with it.</param>
    private sealed class Part(ScopedStream stream, IDisposable source) : IDisposable
    {
        private readonly RecordBatch _told = new(stream.Schema.KeyColumns.Count);
        private readonly List<bool> _gone = [];
        private readonly List<bool> _expected = [];

        internal ScopedStream Stream => stream;

        /// <summary>Keys whose records are to be read.</summary>
        internal RecordBatch ToRead { get; } = new(stream.Schema.KeyColumns.Count);

        /// <summary>Records that the log told.</summary>
        internal TouchedSet? Records { get; set; }

        internal TouchedKeys Touched => new(stream, _told, _gone)
        {
            // A record that comes into scope was another tenant's.
            Expected = stream.Kind == ScopeKind.Everything ? _expected : null,
        };

        internal void Tell(Key key, Known known, bool wasThere)
        {
            key.AppendTo(_told);
            _expected.Add(wasThere);
            _gone.Add(known == Known.Gone);
            if (known == Known.Nothing)
                key.AppendTo(ToRead);
        }

        public void Dispose()
        {
            _told.Dispose();
            ToRead.Dispose();
            source.Dispose();
        }
    }
}
