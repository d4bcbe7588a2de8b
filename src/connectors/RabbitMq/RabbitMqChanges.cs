using Godwit.Connectors.RabbitMq.Moving;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Tells the messages of queues, batch by batch, and takes those away that have arrived.</summary>
/// <remarks>One batch at a time: the next is told when the one before was taken away.</remarks>
internal sealed class RabbitMqChanges(BrokerSession session) : IChangeSource, IAsyncDisposable
{
    internal const uint Timeline = 1;

    private const int MostMarks = 64;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _marking = new();
    private readonly List<DrainMark> _marks = [];
    private readonly SourceReader _reader = new(session);
    private TaskCompletionSource _news = Fresh();
    private IReadOnlyList<ScopedStream> _streams = [];
    private ulong _batchPosition;

    public async Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        await InTurn(
            async () =>
            {
                _streams = streams;
                session.Sent.Read();
                await _reader.Prepare([.. streams.Select(one => one.Schema.Name)], cancellation).ConfigureAwait(false);
                return true;
            },
            cancellation).ConfigureAwait(false);
    }

    public ValueTask<Position> Mark(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_marking)
        {
            var mark = new DrainMark(session.Sent.Mark());

            // Who waits for an earlier one is content with a later one.
            _marks.RemoveAll(one => !one.WasMeasured);
            if (_marks.Count >= MostMarks)
                _marks.RemoveAt(_marks.Count - 1);
            _marks.Add(mark);
            Signal();
            return ValueTask.FromResult(new Position(Timeline, mark.Offset));
        }
    }

    public async ValueTask<ChangeBatch?> Next(
        Position after, TimeSpan patience, CancellationToken cancellation) =>
        await InTurn(() => Read(after, patience, cancellation), cancellation).ConfigureAwait(false);

    /// <remarks>Also where the run is being ended: what arrived must not stay here.</remarks>
    public async ValueTask Acknowledge(Position durable, CancellationToken cancellation) => await InTurn(
        async () =>
        {
            if (_batchPosition != 0 && _batchPosition <= durable.Offset)
                await Take().ConfigureAwait(false);
            return true;
        },
        CancellationToken.None).ConfigureAwait(false);

    public async Task Remove(CancellationToken cancellation) => await InTurn(
        async () =>
        {
            session.Sent.Read();
            if (session.Sent.Pending is not null)
                await _reader.Ensure(cancellation).ConfigureAwait(false);
            await _reader.Close().ConfigureAwait(false);
            if (session.Sent.Pending is { } doubtful)
                throw new GodwitException(RabbitMqProblems.InDoubt(session.Shown, doubtful.Count));
            await session.Ask(
                async channel =>
                {
                    await channel.QueueDeleteAsync(
                        session.Names.Taken, ifUnused: false, ifEmpty: false, cancellationToken: cancellation)
                        .ConfigureAwait(false);
                    await channel.ExchangeDeleteAsync(session.Names.Drain, cancellationToken: cancellation)
                        .ConfigureAwait(false);
                },
                cancellation).ConfigureAwait(false);
            session.Sent.Delete();
            session.SentStreams.Delete();
            session.Flow.Delete();
            return true;
        },
        cancellation).ConfigureAwait(false);

    /// <summary>Raises a problem where somebody else consumes: what is to be drained would be taken away.</summary>
    /// <remarks>While it is drained already the reader itself sees to that.</remarks>
    internal Task EnsureAlone(CancellationToken cancellation) =>
        session.Flow.IsActive ? Task.CompletedTask : _reader.EnsureAlone(cancellation);

    /// <summary>Has whoever waits look whether the fence is up.</summary>
    internal void Wake()
    {
        lock (_marking)
            Signal();
    }

    /// <summary>Lets go of queues that are not to be drained any more: their consumers wait.</summary>
    internal Task LetGo(CancellationToken cancellation) => InTurn(
        async () =>
        {
            session.Sent.Read();
            if (!session.Flow.IsActive && session.Sent.Pending is null)
                await _reader.Close().ConfigureAwait(false);
            return true;
        },
        cancellation);

    /// <summary>What came to the fenced side; null when nothing did. Told again until <see cref="LateTaken"/> is
    /// heard.</summary>
    internal Task<ChangeBatch?> Late(CancellationToken cancellation) => InTurn(
        async () =>
        {
            session.Sent.Read();
            if (session.MayBeComingBack && session.Sent.Pending is null)
            {
                await _reader.Close().ConfigureAwait(false);
                return null;
            }
            await _reader.Ensure(cancellation).ConfigureAwait(false);
            var gathered = await _reader.Gather().ConfigureAwait(false);
            while (gathered is null && !await _reader.IsDry(cancellation).ConfigureAwait(false))
            {
                await _reader.Wait(Glance, cancellation).ConfigureAwait(false);
                gathered = await _reader.Gather().ConfigureAwait(false);
            }
            return gathered is null ? null : Batch(gathered, new Position(Timeline, session.Sent.Tell(0)));
        },
        cancellation);

    internal Task LateTaken(CancellationToken cancellation) => InTurn(
        async () =>
        {
            await Take().ConfigureAwait(false);
            return true;
        },
        cancellation);

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    private async Task<ChangeBatch?> Read(Position after, TimeSpan patience, CancellationToken cancellation)
    {
        var clock = session.Opening.Clock;
        var start = clock.GetTimestamp();
        session.Sent.Pass(after.Offset);
        lock (_marking)
            _marks.RemoveAll(one => one.Offset <= after.Offset);
        while (true)
        {
            Task news;
            lock (_marking)
                news = _news.Task;
            if (await Look(after, cancellation).ConfigureAwait(false) is { } batch)
                return batch;
            var left = patience - clock.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                return null;
            await Wait(news, left, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Messages that are here, or the mark that is reached.</summary>
    private async Task<ChangeBatch?> Look(Position after, CancellationToken cancellation)
    {
        var marks = Waiting();
        if (!session.Flow.IsActive && session.Sent.Pending is null)
        {
            await _reader.Close().ConfigureAwait(false);
            return Passed(marks.LastOrDefault(), after);
        }
        await _reader.Ensure(cancellation).ConfigureAwait(false);
        await Measure(marks, cancellation).ConfigureAwait(false);
        foreach (var mark in marks)
            _reader.Count(mark);
        if (session.Sent.Pending is null && marks.LastOrDefault(one => one.IsReached) is { } reached)
            return Passed(reached, after);
        if (await _reader.Gather().ConfigureAwait(false) is { } gathered)
            return Batch(gathered, new Position(Timeline, session.Sent.Tell(after.Offset)));
        foreach (var mark in marks)
            await _reader.Judge(mark, cancellation).ConfigureAwait(false);
        return Passed(marks.LastOrDefault(one => one.IsReached), after);
    }

    /// <summary>Those that were not measured over this intake would all get the same measure: the last stands for
    /// them.</summary>
    private async Task Measure(List<DrainMark> marks, CancellationToken cancellation)
    {
        var open = marks.Where(one => !_reader.HasMeasured(one)).ToList();
        if (open.Count == 0)
            return;
        foreach (var mark in open.SkipLast(1))
        {
            marks.Remove(mark);
            lock (_marking)
                _marks.Remove(mark);
        }
        await _reader.Measure(open[^1], cancellation).ConfigureAwait(false);
    }

    private List<DrainMark> Waiting()
    {
        lock (_marking)
            return [.. _marks];
    }

    private ChangeBatch? Passed(DrainMark? mark, Position after)
    {
        if (mark is null)
            return null;
        session.Sent.Pass(mark.Offset);
        return ChangeBatch.Empty(new Position(Timeline, mark.Offset), after);
    }

    private async Task Wait(Task news, TimeSpan left, CancellationToken cancellation)
    {
        var longest = Waiting().Count > 0 && left > Glance ? Glance : left;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var arrived = _reader.IsOpen
            ? _reader.Wait(longest, over.Token)
            : Task.Delay(longest, session.Opening.Clock, over.Token);
        await Task.WhenAny(arrived, news).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        try
        {
            await arrived.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // A mark was set, or the fence went up or down.
        }
    }

    private ChangeBatch Batch(Gathering gathered, Position position)
    {
        _batchPosition = position.Offset;
        var touched = new List<TouchedKeys>();
        foreach (var queue in gathered.Batch.Queues)
        {
            var stream = _streams.First(one => one.Schema.Name == queue);
            touched.Add(new TouchedKeys(stream, QueueRecords.Key(queue), [false]));
        }
        return new ChangeBatch(position, touched, _ => Nothing()) { Native = gathered.Batch };
    }

    private async Task Take()
    {
        await _reader.Take().ConfigureAwait(false);
        _batchPosition = 0;
    }

    private async Task Forget()
    {
        await _reader.Close(isBroken: true).ConfigureAwait(false);
        _batchPosition = 0;
    }

    private static async IAsyncEnumerable<StreamRecords> Nothing()
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield break;
    }

    /// <summary>Under the lock of the marks.</summary>
    private void Signal()
    {
        _news.TrySetResult();
        _news = Fresh();
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<T> InTurn<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        var isThrough = false;
        try
        {
            var result = await RabbitMqFailures.Translated(session, work, cancellation).ConfigureAwait(false);
            isThrough = true;
            return result;
        }
        finally
        {
            // What was delivered and belongs to no batch yet comes again, over a new connection.
            if (!isThrough)
                await Forget().ConfigureAwait(false);
            _turn.Release();
        }
    }
}
