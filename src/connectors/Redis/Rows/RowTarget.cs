using Godwit.Connectors.Kit;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Rows;

/// <summary>Writes rows as hashes, each transaction with the fact that a chunk is done or the position that is
/// reached.</summary>
internal sealed class RowTarget(RedisSession session, RowNames names) : ITarget, IAsyncDisposable
{
    private const int MostRows = 256;

    private readonly byte[] _checkpoint = System.Text.Encoding.UTF8.GetBytes(session.CheckpointKey);
    private readonly Throttle _throttle = new(session.Opening.BytesPerSecond, session.Opening.Clock);
    private readonly SemaphoreSlim _turn = new(1);
    private RedisConnection? _writing;

    public async Task Prepare(
        IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation)
    {
        var control = await session.Control(cancellation).ConfigureAwait(false);
        await control.Call(cancellation, "HSETNX", session.CheckpointKey, "start", "0").ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<ChunkDone>> Done(CancellationToken cancellation)
    {
        var control = await session.Control(cancellation).ConfigureAwait(false);
        var all = await control.Call(cancellation, "HGETALL", session.CheckpointKey).ConfigureAwait(false);
        var done = new List<ChunkDone>();
        for (var i = 0; i + 1 < all.Items.Length; i += 2)
        {
            if (all.Items[i].Text.Split('/') is ["chunk", var stream, var index]
                && all.Items[i + 1].Text.Split(' ') is [var visibility, var records, var bytes])
                done.Add(new ChunkDone(
                    Number(stream), Number(index), Visibility.Parse(visibility), Number(records), Number(bytes)));
        }
        return done;
    }

    public async Task<ChunkDone> WriteChunk(
        ScopedStream stream, Chunk chunk, IChunkRead read, CancellationToken cancellation)
    {
        var rows = new RowWriter(names.Of(stream.Schema), stream.Schema);
        var (records, bytes) = (0L, 0L);
        return await InTurn(
            async writer =>
            {
                await foreach (var batch in read.Batches(cancellation).ConfigureAwait(false))
                {
                    using (batch)
                    {
                        (records, bytes) = (records + batch.Count, bytes + batch.Size);
                        await _throttle.Pass(batch.Size, cancellation).ConfigureAwait(false);
                        await Write(writer, rows, batch, null, cancellation).ConfigureAwait(false);
                    }
                }
                var done = new ChunkDone(chunk.Stream, chunk.Index, read.Visibility, records, bytes);
                writer.Begin().Begin(4).Arg("HSET"u8).Arg(_checkpoint).Arg($"chunk/{chunk.Stream}/{chunk.Index}")
                    .Arg($"{done.Visibility} {done.Records} {done.Bytes}");
                await writer.End(0, cancellation).ConfigureAwait(false);
                return done;
            },
            cancellation).ConfigureAwait(false);
    }

    public Task FinishCopy(
        IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation) =>
        Task.CompletedTask;

    public async ValueTask<Position?> Reached(CancellationToken cancellation)
    {
        var control = await session.Control(cancellation).ConfigureAwait(false);
        var checkpoint = await Checkpoint.Read(control, session.CheckpointKey, cancellation).ConfigureAwait(false);
        return checkpoint is { Start: > 0 } ? checkpoint.Reached : null;
    }

    public Task StartAt(Position position, CancellationToken cancellation) => InTurn(
        async writer =>
        {
            Checkpoint.AddReached(writer.Begin(), _checkpoint, 1, position);
            await writer.End(0, cancellation).ConfigureAwait(false);
            return true;
        },
        cancellation);

    public async Task<ApplyOutcome> Apply(ChangeBatch batch, ApplyReason reason, CancellationToken cancellation)
    {
        var outcome = default(ApplyOutcome);
        return await InTurn(
            async writer =>
            {
                foreach (var touched in batch.Touched)
                    outcome = await Forget(writer, touched, outcome, cancellation).ConfigureAwait(false);
                await foreach (var part in batch.Current(cancellation).ConfigureAwait(false))
                {
                    using (part.Records)
                    {
                        var rows = new RowWriter(names.Of(part.Stream.Schema), part.Stream.Schema);
                        await Write(writer, rows, part.Records, null, cancellation).ConfigureAwait(false);
                        outcome = outcome with
                        {
                            Written = outcome.Written + part.Records.Count,
                            Bytes = outcome.Bytes + part.Records.Size,
                        };
                    }
                }
                if (reason == ApplyReason.Following)
                {
                    Checkpoint.AddReached(writer.Begin(), _checkpoint, 1, batch.Reached);
                    await writer.End(0, cancellation).ConfigureAwait(false);
                }
                return outcome;
            },
            cancellation).ConfigureAwait(false);
    }

    public Task SetCounters(IReadOnlyList<Counter> counters, CancellationToken cancellation) => Task.CompletedTask;

    public async Task Remove(CancellationToken cancellation)
    {
        var control = await session.Control(cancellation).ConfigureAwait(false);
        await control.Call(cancellation, "UNLINK", session.CheckpointKey).ConfigureAwait(false);
    }

    public async Task RemoveData(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        var control = await session.Control(cancellation).ConfigureAwait(false);
        foreach (var stream in streams)
        {
            await foreach (var page in new RowScan(control, names.Of(stream.Schema)).Pages(cancellation)
                .ConfigureAwait(false))
            {
                var remove = new CommandBatch();
                foreach (var name in page)
                    remove.Begin(2).Arg("UNLINK"u8).Arg(name);
                if (page.Count > 0)
                    control.ThrowIfError(await control.Send(remove, cancellation).ConfigureAwait(false));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Forget().ConfigureAwait(false);
        _turn.Dispose();
    }

    private static int Number(string digits) =>
        int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);

    private async Task<ApplyOutcome> Forget(
        TransactionWriter writer, TouchedKeys touched, ApplyOutcome outcome, CancellationToken cancellation)
    {
        using var gone = touched.OnlyGone();
        var rows = new RowWriter(names.Of(touched.Stream.Schema), touched.Stream.Schema);
        await Write(writer, rows, null, gone, cancellation).ConfigureAwait(false);
        return outcome with { Deleted = outcome.Deleted + gone.Count };
    }

    /// <summary>Repeatable: a row's hash is replaced as a whole, so that parts of a batch may be written
    /// twice.</summary>
    private async Task Write(
        TransactionWriter writer, RowWriter rows, RecordBatch? present, RecordBatch? gone,
        CancellationToken cancellation)
    {
        var count = present?.Count ?? gone!.Count;
        for (var first = 0; first < count; first += MostRows)
        {
            var commands = writer.Begin();
            for (var i = first; i < Math.Min(count, first + MostRows); i++)
            {
                if (present is not null)
                    rows.AddRow(commands, present, i);
                else
                    rows.AddGone(commands, gone!, i);
            }
            Checkpoint.AddMark(commands, _checkpoint);
            await writer.End(0, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<T> InTurn<T>(Func<TransactionWriter, Task<T>> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        var isThrough = false;
        try
        {
            if (_writing is not { IsAlive: true })
            {
                await Forget().ConfigureAwait(false);
                _writing = await session.Dial(session.OwnDatabase, cancellation).ConfigureAwait(false);
            }
            var writer = new TransactionWriter(_writing, _checkpoint, session.Shown);
            writer.Watch();
            var result = await work(writer).ConfigureAwait(false);
            await writer.Finish(cancellation).ConfigureAwait(false);
            isThrough = true;
            return result;
        }
        finally
        {
            if (!isThrough)
                await Forget().ConfigureAwait(false);
            _turn.Release();
        }
    }

    private async Task Forget()
    {
        if (_writing is not null)
            await _writing.DisposeAsync().ConfigureAwait(false);
        _writing = null;
    }
}
