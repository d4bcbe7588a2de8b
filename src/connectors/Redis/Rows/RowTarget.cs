using Godwit.Connectors.Kit;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Rows;

/// <summary>Writes rows in the form that they have at the server, and then the fact that a chunk is done or the
/// position that is reached.</summary>
internal sealed class RowTarget(RedisSession session, IRowForm form) : ITarget, IAsyncDisposable
{
    private const int MostRows = 256;
    private const int MostBytes = 1 << 20;

    private readonly byte[] _checkpoint = System.Text.Encoding.UTF8.GetBytes(session.CheckpointKey);
    private readonly Throttle _throttle = new(session.Opening.BytesPerSecond, session.Opening.Clock);
    private readonly SemaphoreSlim _turn = new(1);
    private RedisConnection? _writing;
    private RespValue? _refused;

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
        var rows = await form.Writer(stream.Schema, cancellation).ConfigureAwait(false);
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
                await Settle(writer, cancellation).ConfigureAwait(false);
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
                if (batch.Emptied.Count > 0)
                    await RemoveData(batch.Emptied, cancellation).ConfigureAwait(false);
                foreach (var touched in batch.Touched)
                    outcome = await Forget(writer, touched, outcome, cancellation).ConfigureAwait(false);
                await foreach (var part in batch.Current(cancellation).ConfigureAwait(false))
                {
                    using (part.Records)
                    {
                        var rows = await form.Writer(part.Stream.Schema, cancellation).ConfigureAwait(false);
                        await Write(writer, rows, part.Records, null, cancellation).ConfigureAwait(false);
                        outcome = outcome with
                        {
                            Written = outcome.Written + part.Records.Count,
                            Bytes = outcome.Bytes + part.Records.Size,
                        };
                    }
                }
                await Settle(writer, cancellation).ConfigureAwait(false);
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
            await foreach (var page in form.Names(stream.Schema, cancellation).ConfigureAwait(false))
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
        var rows = await form.Writer(touched.Stream.Schema, cancellation).ConfigureAwait(false);
        await Write(writer, rows, null, gone, cancellation).ConfigureAwait(false);
        return outcome with { Deleted = outcome.Deleted + gone.Count };
    }

    /// <summary>Repeatable: what stands for a row is replaced as a whole, so that parts of a batch may be written
    /// twice.</summary>
    private async Task Write(
        TransactionWriter writer, IRowWriter rows, RecordBatch? present, RecordBatch? gone,
        CancellationToken cancellation)
    {
        var count = present?.Count ?? gone!.Count;
        for (var next = 0; next < count;)
        {
            var commands = writer.Begin();
            var start = commands.Length;
            var first = next;
            for (; next < count && next - first < MostRows && commands.Length - start < MostBytes; next++)
            {
                if (present is not null)
                    rows.AddRow(commands, present, next);
                else
                    rows.AddGone(commands, gone!, next);
            }
            Checkpoint.AddMark(commands, _checkpoint);
            await writer.End(0, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Nothing is called done before all of it was taken.</summary>
    private async Task Settle(TransactionWriter writer, CancellationToken cancellation)
    {
        await writer.Finish(cancellation).ConfigureAwait(false);
        if (_refused is { } said)
            throw new GodwitException(RedisFailures.OfError(session.Shown, RedisFailures.Said(said)));
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
            _refused = null;
            var writer = new TransactionWriter(_writing, _checkpoint, session.Shown)
            {
                OnRefusal = (_, _, said) => _refused ??= said,
            };
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
