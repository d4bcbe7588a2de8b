using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

internal sealed class MemoryTarget(MemoryDatabase database, string mark) : ITarget
{
    private Task _last = Task.CompletedTask;

    public Task Prepare(IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        foreach (var stream in streams)
        {
            database.Create(stream.Schema);
            var own = database.Schemas.First(one => one.Name == stream.Schema.Name);
            if (own.Definition != stream.Schema.Definition)
                throw MemoryProblems.OtherDefinition(own.Name);
        }
        database.Targets.TryAdd(mark, new TargetState());
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ChunkDone>> Done(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<ChunkDone>>(
            database.Targets.TryGetValue(mark, out var target) ? [.. target.Chunks.Values] : []);
    }

    public async Task<ChunkDone> WriteChunk(
        ScopedStream stream, Chunk chunk, IChunkRead read, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var target = Target();
        var rows = new Dictionary<Key, Row>();
        var bytes = 0L;
        await foreach (var batch in read.Batches(cancellation))
        {
            using (batch)
            {
                bytes += batch.Size;
                for (var i = 0; i < batch.Count; i++)
                {
                    var row = Row.At(batch, i);
                    rows.Add(row.KeyIn(stream.Schema), row);
                }
            }
        }
        var done = new ChunkDone(chunk.Stream, chunk.Index, read.Visibility, rows.Count, bytes);
        var placing = new Placing(target);
        await database.Commit(
            mark,
            state =>
            {
                placing.Clear();
                return placing.Replace(stream, Present(stream, chunk, state), rows, state);
            },
            () =>
            {
                placing.Remember();
                target.Chunks[(chunk.Stream, chunk.Index)] = done;
                target.Ranges[(chunk.Stream, chunk.Index)] = chunk.Range;
            },
            cancellation);
        return done;
    }

    public Task FinishCopy(IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.CompletedTask;
    }

    public ValueTask<Position?> Reached(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(database.Targets.GetValueOrDefault(mark)?.Reached);
    }

    public Task StartAt(Position position, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Target().Reached = position;
        return Task.CompletedTask;
    }

    public async Task<ApplyOutcome> Apply(ChangeBatch batch, ApplyReason reason, CancellationToken cancellation)
    {
        var (before, end) = (_last, new TaskCompletionSource());
        _last = end.Task;
        try
        {
            // The records may come while the batch before is being written.
            var current = await Read(batch, cancellation);
            await before;
            return await Apply(batch, reason, current, cancellation);
        }
        finally
        {
            end.SetResult();
        }
    }

    private async Task<ApplyOutcome> Apply(
        ChangeBatch batch, ApplyReason reason, Dictionary<int, Dictionary<Key, Row>> current,
        CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var target = Target();
        if (reason == ApplyReason.Following)
        {
            RefuseOutOfTurn(target, batch);
            RefuseToGoBack(target, batch.Reached);
            RefuseWhatTheCopySaw(target, batch);
        }
        var (placing, deleted) = (new Placing(target), 0L);
        await database.Commit(
            mark,
            state =>
            {
                placing.Clear();
                deleted = 0;
                return [.. batch.Touched.SelectMany(touched =>
                {
                    var rows = current.GetValueOrDefault(touched.Stream.Number) ?? [];
                    var keys = Enumerable.Range(0, touched.Keys.Count).Select(at => Key.Of(touched.Keys, at)).ToList();
                    var writes = placing.Replace(touched.Stream, keys, rows, state);
                    deleted += writes.Count(one => one.Row is null);
                    return writes;
                })];
            },
            () =>
            {
                placing.Remember();
                if (reason == ApplyReason.Following)
                    target.Reached = batch.Reached;
            },
            cancellation);
        var written = current.Values.Sum(one => (long)one.Count);
        return new ApplyOutcome(written, deleted, written * 64);
    }

    public Task SetCounters(IReadOnlyList<Counter> counters, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        foreach (var counter in counters)
            database.RaiseCounter(counter.Name, counter.Value);
        return Task.CompletedTask;
    }

    public Task Remove(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        database.Targets.Remove(mark);
        return Task.CompletedTask;
    }

    public async Task RemoveData(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!database.Targets.TryGetValue(mark, out var target))
            return;
        var placing = new Placing(target);
        await database.Commit(
            mark,
            state =>
            {
                placing.Clear();
                return [.. streams.SelectMany(stream => placing.Replace(
                    stream,
                    [.. target.Written.Where(one => one.Stream == stream.Number).Select(one => one.Key)],
                    new Dictionary<Key, Row>(),
                    state))];
            },
            () =>
            {
                placing.Remember();
                target.Chunks.Clear();
                target.Ranges.Clear();
                target.Reached = null;
            },
            cancellation);
    }

    private TargetState Target() =>
        database.Targets.GetValueOrDefault(mark)
        ?? throw new InvalidOperationException($"{database.Address} was not prepared as a target.");

    private void RefuseOutOfTurn(TargetState target, ChangeBatch batch)
    {
        if (batch.After is { } after && target.Reached is { } reached && reached != after && reached != batch.Reached)
            throw MemoryProblems.OutOfTurn(database.Address);
    }

    private void RefuseToGoBack(TargetState target, Position to)
    {
        if (target.Reached is not { } reached)
            throw new InvalidOperationException($"{database.Address} was not told where following begins.");
        if (to < reached)
            throw new InvalidOperationException($"{database.Address} has reached {reached} and was given {to}.");
    }

    /// <summary>An image that is older than what was copied takes a record back in time until later ones have come:
    /// readers and unique columns would notice, the end of a story does not.</summary>
    private void RefuseWhatTheCopySaw(TargetState target, ChangeBatch batch)
    {
        foreach (var touched in batch.Touched)
        {
            for (var i = 0; i < (touched.Transactions?.Count ?? 0); i++)
            {
                var (key, transaction) = (Key.Of(touched.Keys, i), touched.Transactions![i]);
                var copied = target.Ranges.FirstOrDefault(one =>
                    one.Key.Stream == touched.Stream.Number && database.Order.Contains(one.Value, key));
                if (copied.Value is not null && target.Chunks[copied.Key].Visibility.Includes(transaction))
                    throw new InvalidOperationException(
                        $"{database.Address} has {key} from a copy that saw {transaction}, and was given it again.");
            }
        }
    }

    private List<Key> Present(ScopedStream stream, Chunk chunk, MemoryState state) =>
        [.. state.Table(stream.Schema.Name).Keys.Where(key => database.Order.Contains(chunk.Range, key))];

    private static async Task<Dictionary<int, Dictionary<Key, Row>>> Read(
        ChangeBatch batch, CancellationToken cancellation)
    {
        var current = new Dictionary<int, Dictionary<Key, Row>>();
        await foreach (var part in batch.Current(cancellation))
        {
            using var records = part.Records;
            if (!current.TryGetValue(part.Stream.Number, out var rows))
                current.Add(part.Stream.Number, rows = []);
            for (var i = 0; i < records.Count; i++)
            {
                var row = Row.At(records, i);
                rows.Add(row.KeyIn(part.Stream.Schema), row);
            }
        }
        return current;
    }
}
