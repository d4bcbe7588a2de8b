using Godwit.Connectors.Kit;
using Godwit.Connectors.Redis.Following;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis;

/// <summary>Takes a snapshot and operations, each together with the position that it reaches.</summary>
internal sealed class RedisTarget : ITarget, IAsyncDisposable
{
    private readonly RedisSession _session;
    private readonly RedisFollowing _following;
    private readonly ScopeSweep _sweep;
    private readonly HeldExpiries _expiries;
    private readonly Throttle _throttle;
    private readonly byte[] _checkpoint;
    private readonly SemaphoreSlim _turn = new(1);
    private TargetEncoding? _encoding;
    private RedisConnection? _writing;
    private StartingPlace? _start;

    internal RedisTarget(RedisSession session, RedisFollowing following)
    {
        (_session, _following) = (session, following);
        _sweep = new ScopeSweep(session);
        _expiries = new HeldExpiries(session);
        _throttle = new Throttle(session.Opening.BytesPerSecond, session.Opening.Clock);
        _checkpoint = System.Text.Encoding.UTF8.GetBytes(session.CheckpointKey);
    }

    public async Task Prepare(
        IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation)
    {
        if (_session.Role == StoreRole.Source
            || await Remembered(cancellation).ConfigureAwait(false) is not null)
            return;
        if (!_session.Address.IsRecut && await _sweep.Sample(cancellation).ConfigureAwait(false) is { } sample)
            throw new GodwitException(RedisProblems.NotEmpty(_session.Shown, sample));
        var control = await _session.Control(cancellation).ConfigureAwait(false);
        await control.Call(cancellation, "HSET", _session.CheckpointKey, "start", "0").ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<ChunkDone>> Done(CancellationToken cancellation) =>
        await Remembered(cancellation).ConfigureAwait(false) is { Records: >= 0 } done
            ? [new ChunkDone(0, 0, Visibility.UpTo(done.Snapshot), done.Records, done.Bytes)]
            : [];

    public async Task<ChunkDone> WriteChunk(
        ScopedStream stream, Chunk chunk, IChunkRead read, CancellationToken cancellation)
    {
        var writer = new SnapshotWriter(_session, _sweep, _expiries, _throttle, _checkpoint);
        var (records, bytes) = (0L, 0L);
        await InTurn(
            async () =>
            {
                var connection = await Writing(cancellation).ConfigureAwait(false);
                var remembered = await Remembered(cancellation).ConfigureAwait(false);
                (records, bytes) = await writer.Write(
                    connection, (RedisChunkRead)read, remembered, cancellation).ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);
        return new ChunkDone(chunk.Stream, chunk.Index, read.Visibility, records, bytes);
    }

    public Task FinishCopy(
        IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation) =>
        Task.CompletedTask;

    public async ValueTask<Position?> Reached(CancellationToken cancellation)
    {
        if (Start() is not { } start)
            return null;
        return start.StandsAt(await Remembered(cancellation).ConfigureAwait(false));
    }

    public async Task StartAt(Position position, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var start = new StartingPlace((Start()?.Number ?? 0) + 1, position);
        start.Write(_session.Folder);
        _start = start;
        await _following.EndReading(cancellation).ConfigureAwait(false);
    }

    public async Task<ApplyOutcome> Apply(
        ChangeBatch batch, ApplyReason reason, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();

        // Keys to be repaired come with the operations that follow.
        if (batch.Native is null && reason != ApplyReason.Following)
            return default;
        var operations = (RedisOperations?)batch.Native ?? new RedisOperations();
        if (reason == ApplyReason.LateWrite && _session.Role == StoreRole.Source)
            await EnsureSettled(cancellation).ConfigureAwait(false);
        await _throttle.Pass(operations.Commands.Length, cancellation).ConfigureAwait(false);
        await InTurn(
            async () =>
            {
                var connection = await Writing(cancellation).ConfigureAwait(false);
                await Carry(connection, operations, batch.Reached, reason, cancellation).ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);
        if (reason == ApplyReason.Following && !MayHaveLateWrites)
            await _following.Release(cancellation).ConfigureAwait(false);
        return new ApplyOutcome(batch.KeyCount, 0, operations.Commands.Length);
    }

    public Task SetCounters(IReadOnlyList<Counter> counters, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested ? Task.FromCanceled(cancellation) : Task.CompletedTask;

    public async Task Remove(CancellationToken cancellation)
    {
        await InTurn(Forget, cancellation).ConfigureAwait(false);
        var control = await _session.Control(cancellation).ConfigureAwait(false);
        await control.Call(cancellation, "UNLINK", _session.CheckpointKey, _session.ExpiryKey).ConfigureAwait(false);
        StartingPlace.Delete(_session.Folder);
        _start = null;
    }

    public Task RemoveData(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        _sweep.Sweep(database: null, cancellation);

    public async ValueTask DisposeAsync()
    {
        await Forget().ConfigureAwait(false);
        _turn.Dispose();
    }

    /// <summary>Whether somebody may ask what is done here while changes flow to here.</summary>
    private bool MayHaveLateWrites =>
        _session.Opening.FencedUser is null && (_session.Role == StoreRole.Source || Start()?.Number > 1);

    /// <summary>Late writes come to a source that others own as well: while its slots are under way they wait, or one
    /// of them would meet a key that has just gone.</summary>
    private async Task EnsureSettled(CancellationToken cancellation)
    {
        await _following.EnsureWhole(cancellation).ConfigureAwait(false);
        await _following.EnsureSettled(cancellation).ConfigureAwait(false);
    }

    private async Task Carry(
        RedisConnection connection, RedisOperations operations, Position reached, ApplyReason reason,
        CancellationToken cancellation)
    {
        // Nothing may have flowed to a side that late writes come to: a part that was cut after traffic had come back.
        var start = Start() ?? (reason == ApplyReason.LateWrite
            ? new StartingPlace(0, default)
            : throw new InvalidOperationException("Changes are applied after it was said where they begin."));
        if (operations.Snapshot is { } snapshot)
        {
            await using var _ = snapshot.ConfigureAwait(false);
            await new SnapshotWriter(_session, _sweep, _expiries, _throttle, _checkpoint).Write(
                connection, snapshot, await Remembered(cancellation).ConfigureAwait(false), cancellation)
                .ConfigureAwait(false);
        }
        var applier = new OperationApplier(
            connection, _session, _sweep, _expiries, _checkpoint, start,
            await Encoding(connection, cancellation).ConfigureAwait(false));
        if (reason != ApplyReason.LateWrite)
        {
            await applier.Apply(operations, reached, cancellation).ConfigureAwait(false);
            return;
        }

        // What the feed had brought before the handover is no late write, whoever tells it again.
        var remembered = await Remembered(cancellation).ConfigureAwait(false);
        var taken = remembered?.Taken(reached.Timeline) ?? 0;
        await applier.ApplyLate(operations, reached.Timeline, taken, cancellation).ConfigureAwait(false);
    }

    /// <summary>One writer at a time: each watches the checkpoint, and takes another's for a stranger. A connection
    /// that failed, or was left in the middle, is not used again.</summary>
    private async Task InTurn(Func<Task> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        var isThrough = false;
        try
        {
            await work().ConfigureAwait(false);
            isThrough = true;
        }
        finally
        {
            if (!isThrough)
                await Forget().ConfigureAwait(false);
            _turn.Release();
        }
    }

    /// <summary>Nobody else writes it: the folder belongs to one runner at a time.</summary>
    private StartingPlace? Start() => _start ??= StartingPlace.Read(_session.Folder);

    /// <summary>Null when the other side's values are taken as they are.</summary>
    private async Task<TargetEncoding?> Encoding(RedisConnection connection, CancellationToken cancellation)
    {
        await _session.AskPeer(cancellation).ConfigureAwait(false);
        var (here, there) = (_session.Facts, _session.PeerFacts);
        return there.Version > here.Version || there.IsValkey != here.IsValkey
            ? _encoding ??= await TargetEncoding.Ask(connection, _session, cancellation).ConfigureAwait(false)
            : null;
    }

    private async Task<Checkpoint?> Remembered(CancellationToken cancellation)
    {
        var control = await _session.Control(cancellation).ConfigureAwait(false);
        return await Checkpoint.Read(control, _session.CheckpointKey, cancellation).ConfigureAwait(false);
    }

    private async Task<RedisConnection> Writing(CancellationToken cancellation)
    {
        if (_writing is { IsAlive: true })
            return _writing;
        await Forget().ConfigureAwait(false);
        return _writing = await _session.Dial(_session.OwnDatabase, cancellation).ConfigureAwait(false);
    }

    private async Task Forget()
    {
        if (_writing is not null)
            await _writing.DisposeAsync().ConfigureAwait(false);
        _writing = null;
    }
}
