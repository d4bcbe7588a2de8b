using System.Buffers.Binary;
using System.Security.Cryptography;
using Godwit.Connectors.Kit;
using Godwit.Connectors.RabbitMq.Moving;
using Godwit.Connectors.RabbitMq.Streams;
using Godwit.Connectors.RabbitMq.Topology;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Takes messages in, each once.</summary>
internal sealed class RabbitMqTarget(BrokerSession session) : ITarget, IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly StreamDelivery _delivery = new(session);
    private readonly Throttle _throttle = new(session.Opening.BytesPerSecond, session.Opening.Clock);
    private IReadOnlyList<ScopedStream> _streams = [];
    private Publisher? _publisher;

    private ReceivedLedger Ledger => session.Received;

    public async Task Prepare(
        IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation)
    {
        _streams = streams;
        Ledger.Read();
        if (session.Role != StoreRole.Target)
            return;
        var (names, places) = (streams.Select(one => one.Schema.Name).ToList(), new StreamPlaces(session));
        await places.NoteMissing(names, cancellation).ConfigureAwait(false);
        await new TopologyWriter(session).Create(model, names, mustBeEmpty: Ledger.Position is null, cancellation)
            .ConfigureAwait(false);
        if (Ledger.Position is null)
            await places.EnsureEmpty(names, cancellation).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<ChunkDone>> Done(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<ChunkDone>>([.. Ledger.Done.Select(one =>
            new ChunkDone(one, 0, Visibility.UpTo(new Position(RabbitMqChanges.Timeline, 0)), 0, 0))]);
    }

    /// <summary>Nothing is copied: all messages are told as changes.</summary>
    public Task<ChunkDone> WriteChunk(
        ScopedStream stream, Chunk chunk, IChunkRead read, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Ledger.CopyDone(stream.Number);
        return Task.FromResult(new ChunkDone(chunk.Stream, chunk.Index, read.Visibility, 0, 0));
    }

    public Task FinishCopy(
        IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested ? Task.FromCanceled(cancellation) : Task.CompletedTask;

    public ValueTask<Position?> Reached(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Ledger.Read();
        if (Ledger.Position is not null)
            session.Flow.BecomeDestination();
        return ValueTask.FromResult(Ledger.Position);
    }

    public Task StartAt(Position position, CancellationToken cancellation) => InTurn(
        () =>
        {
            Ledger.StartAt(position);
            return Task.FromResult(default(ApplyOutcome));
        },
        cancellation);

    public Task<ApplyOutcome> Apply(
        ChangeBatch batch, ApplyReason reason, CancellationToken cancellation) => InTurn(
        async () =>
        {
            if (batch.Native is MessageBatch messages)
                return await Apply(messages, reason == ApplyReason.Following ? batch.Reached : null, cancellation)
                    .ConfigureAwait(false);
            if (reason == ApplyReason.Following)
                Ledger.StartAt(batch.Reached);
            return default;
        },
        cancellation);

    public Task SetCounters(IReadOnlyList<Counter> counters, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested ? Task.FromCanceled(cancellation) : Task.CompletedTask;

    public Task Remove(CancellationToken cancellation) => InTurn(
        async () =>
        {
            await Forget().ConfigureAwait(false);
            foreach (var stream in _streams)
            {
                await session.Ask(
                    channel => Ways.Remove(channel, session.Names, stream.Schema.Name, cancellation),
                    cancellation).ConfigureAwait(false);
            }
            Ledger.Delete();
            session.ReceivedStreams.Delete();
            return default;
        },
        cancellation);

    /// <summary>Removes streams that Godwit made, which are copies, and nothing of queues: messages that were moved are
    /// nowhere else.</summary>
    public Task RemoveData(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) => InTurn(
        async () =>
        {
            await new StreamPlaces(session).RemoveCopies(cancellation).ConfigureAwait(false);
            return default;
        },
        cancellation);

    public async ValueTask DisposeAsync()
    {
        await Forget().ConfigureAwait(false);
        _turn.Dispose();
    }

    private async Task<ApplyOutcome> Apply(
        MessageBatch batch, Position? reached, CancellationToken cancellation)
    {
        if (batch.Messages.FirstOrDefault(one => !batch.Holds(one)) is { } altered)
            throw new InvalidOperationException($"A message of '{altered.Queue}' is not the one that was taken.");
        if (batch.Spans.FirstOrDefault(one => one.Units.Any(unit => unit.HashAnew() != unit.Hash)) is { } other)
            throw new InvalidOperationException($"A message of '{other.Stream}' is not the one that was read.");
        var hash = HashOf(batch);
        Ledger.Read();
        var position = reached ?? Ledger.Position;
        if (batch.Number == Ledger.Confirmed && hash == Ledger.ConfirmedHash)
        {
            if (position is { } there)
                Ledger.StartAt(there);
            return default;
        }
        if (batch.Number != Ledger.Confirmed + 1)
            throw new GodwitException(RabbitMqProblems.LedgerLost(session.Shown, Ledger.Confirmed, batch.Number));
        await _throttle.Pass(batch.Bytes, cancellation).ConfigureAwait(false);
        if (_publisher is not { IsOpen: true })
        {
            await Forget().ConfigureAwait(false);
            _publisher = await Publisher.Open(session, cancellation).ConfigureAwait(false);
        }
        cancellation.ThrowIfCancellationRequested();
        if (reached is not null)
            session.LastReceived = session.Opening.Clock.GetTimestamp();

        // What is begun is brought to its end, so that a run which is ended leaves nothing in doubt.
        var outcome = await Publish(_publisher, batch, CancellationToken.None).ConfigureAwait(false);
        Ledger.Confirm(batch.Hashes, hash, position);
        return outcome;
    }

    private async Task<ApplyOutcome> Publish(
        Publisher publisher, MessageBatch batch, CancellationToken cancellation)
    {
        var queues = batch.Hashes.Select(one => one.Queue).Distinct(StringComparer.Ordinal).ToList();
        await Begin(publisher, batch, queues, cancellation).ConfigureAwait(false);
        var published = await _delivery.Apply(batch.Number, batch.Spans, cancellation).ConfigureAwait(false);
        var missing = batch.Messages.Where(one => !Ledger.Attempt.Landed(one.Queue).Contains(one.Ordinal)).ToList();
        IReadOnlyList<(string, int)> confirmed = [];
        var why = await publisher.Publish(
            missing,
            some => Ledger.ConfirmSome(confirmed = [.. some.Select(one => (one.Queue, one.Ordinal))]))
            .ConfigureAwait(false);
        await publisher.EnsureWhole(queues, cancellation).ConfigureAwait(false);
        if (why is not null)
        {
            // All have been spoken of: what is there is known without the trackers.
            Ledger.Land(confirmed);
            throw new GodwitException(RabbitMqProblems.NotTaken(session.Shown, why));
        }
        return new ApplyOutcome(
            missing.Count + published, 0,
            missing.Sum(one => (long)one.Body.Length) + batch.Spans.Sum(one => one.Bytes));
    }

    /// <summary>Afterwards the ledger knows which messages of the batch are here, and the trackers are empty.</summary>
    private async Task Begin(
        Publisher publisher, MessageBatch batch, IReadOnlyList<string> queues, CancellationToken cancellation)
    {
        if (Ledger.Begun != batch.Number)
        {
            var depths = await publisher.Reset(queues, cancellation).ConfigureAwait(false);
            Ledger.Begin(batch.Number, [.. Gone(batch)], depths);
            return;
        }
        if (Ledger.Attempt.IsTracked)
        {
            var hasRestarted = await publisher.HasRestarted(queues, cancellation).ConfigureAwait(false);
            var arrived = new List<(string, int)>();
            foreach (var queue in queues)
            {
                var ordinals = hasRestarted
                    ? await Kept(publisher, batch, queue, cancellation).ConfigureAwait(false)
                    : await Counted(publisher, batch, queue, cancellation).ConfigureAwait(false);
                arrived.AddRange(ordinals.Select(one => (queue, one)));
            }
            Ledger.Land([.. arrived, .. Gone(batch)]);
        }
        Ledger.Track(await publisher.Reset(queues, cancellation).ConfigureAwait(false));
    }

    /// <summary>What has expired at the source does not come any more: the next attempt is without it.</summary>
    private static IEnumerable<(string Queue, int Ordinal)> Gone(MessageBatch batch)
    {
        var ordinals = new Dictionary<string, int>(StringComparer.Ordinal);
        var there = batch.Messages.Select(one => (one.Queue, one.Ordinal)).ToHashSet();
        foreach (var (queue, _) in batch.Hashes)
        {
            var ordinal = ordinals.GetValueOrDefault(queue);
            ordinals[queue] = ordinal + 1;
            if (!there.Contains((queue, ordinal)))
                yield return (queue, ordinal);
        }
    }

    /// <summary>What a tracker has counted is the beginning of what was published of its queue.</summary>
    private async Task<IEnumerable<int>> Counted(
        Publisher publisher, MessageBatch batch, string queue, CancellationToken cancellation)
    {
        var counted = await publisher.Counted(queue, cancellation).ConfigureAwait(false);
        return Published(batch, queue).Take((int)counted).Select(one => one.Ordinal);
    }

    /// <summary>What a broker that crashed has kept: what it had confirmed, and where one can look, some more. What is
    /// not known is published again: twice is better than never.</summary>
    private async Task<IEnumerable<int>> Kept(
        Publisher publisher, MessageBatch batch, string queue, CancellationToken cancellation)
    {
        var published = Published(batch, queue);
        return await publisher.LookInto(queue, published, Ledger.Attempt.Depth(queue), cancellation)
                .ConfigureAwait(false)
            ?? published.Where(one => one.IsSure).Select(one => one.Ordinal);
    }

    /// <summary>What was, or was to be, published of a queue since its tracker began to count.</summary>
    private List<PublishedMessage> Published(MessageBatch batch, string queue)
    {
        var (landed, sure) = (Ledger.Attempt.Landed(queue), Ledger.Attempt.Sure(queue));
        return
        [
            .. batch.Hashes.Where(one => one.Queue == queue)
                .Select((one, at) => new PublishedMessage(at, one.Hash, sure.Contains(at)))
                .Where(one => !landed.Contains(one.Ordinal)),
        ];
    }

    private static UInt128 HashOf(MessageBatch batch)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = new byte[16];
        foreach (var one in batch.Hashes)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, one.Hash);
            hash.AppendData(bytes);
        }
        foreach (var unit in batch.Spans.SelectMany(one => one.Units))
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, unit.Hash);
            hash.AppendData(bytes);
        }
        return BinaryPrimitives.ReadUInt128BigEndian(hash.GetHashAndReset());
    }

    /// <summary>One writer at a time; a connection that failed, or was left in the middle, is not used again.</summary>
    private async Task<ApplyOutcome> InTurn(Func<Task<ApplyOutcome>> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        var isThrough = false;
        try
        {
            var outcome = await RabbitMqFailures.Translated(session, work, cancellation).ConfigureAwait(false);
            isThrough = true;
            return outcome;
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
        if (_publisher is not null)
            await _publisher.DisposeAsync().ConfigureAwait(false);
        await _delivery.Forget().ConfigureAwait(false);
        _publisher = null;
    }
}
