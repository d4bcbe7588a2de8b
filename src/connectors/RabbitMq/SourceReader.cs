using Godwit.Connectors.RabbitMq.Moving;
using Godwit.Connectors.RabbitMq.Streams;
using Godwit.Connectors.RabbitMq.Topology;
using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Reads the queues and streams of a source over one intake after the other, and keeps the pending
/// batch.</summary>
internal sealed class SourceReader(BrokerSession session) : IAsyncDisposable
{
    private const long BytesOnTheirWay = 32L << 20;
    private const int FirstWanted = 50;
    private const int LeastWanted = 2;

    private readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RecentlyTaken> _recent = new(StringComparer.Ordinal);

    /// <summary>Queues in which a message may have come before others that were there before it.</summary>
    private readonly HashSet<string> _overtaken = new(StringComparer.Ordinal);

    private ulong _notTaken;
    private bool _isSettled;
    private bool _wasBroken;
    private IReadOnlyList<SourceQueue> _queues = [];
    private IReadOnlyList<string> _streamNames = [];
    private Intake? _intake;
    private StreamIntake? _streams;
    private Gathering? _pending;
    private int _wanted = FirstWanted;

    internal bool IsOpen => _intake is not null;

    /// <summary>Learns which queues are read, and of which type they are.</summary>
    internal async Task Prepare(IReadOnlyList<string> queues, CancellationToken cancellation)
    {
        var facts = await session.Management.TryQueues(cancellation).ConfigureAwait(false);
        var version = await session.Version(cancellation).ConfigureAwait(false);
        _streamNames = await StreamNames.Among(session, queues, facts, cancellation).ConfigureAwait(false);
        _queues =
        [
            .. queues.Except(_streamNames, StringComparer.Ordinal).Select(
                name => Known(name, facts?.FirstOrDefault(one => one.Name == name), version)),
        ];
        var known = (facts ?? [])
            .Where(one => !one.IsStream && queues.Contains(one.Name, StringComparer.Ordinal)).ToList();
        if (known.Sum(one => one.Messages) is > 0 and var messages)
            _wanted = Fitting(known.Sum(one => one.Bytes) / messages);
    }

    private static SourceQueue Known(string name, QueueFacts? facts, Version? version) => new(
        name, facts?.Type,
        facts is { Type: "quorum" } ? Overtakes(version) : facts?.HasPriorities,
        facts?.IsSingleActive == true);

    /// <summary>Whether messages overtake each other in a quorum queue; null where it depends on them.</summary>
    private static bool? Overtakes(Version? version)
    {
        if (version is null)
            return null;
        return version >= BrokerVersion.FourThree ? true : version >= BrokerVersion.Four ? null : false;
    }

    /// <summary>Opens the intake where none is open, and knows afterwards what became of the pending batch.</summary>
    internal async Task Ensure(CancellationToken cancellation)
    {
        if (_intake is { IsOpen: true } && _streams?.IsOpen != false
            && (IsSuited(_intake.Wanted) || _pending is not null))
            return;
        await Close().ConfigureAwait(false);
        var ledger = session.Sent;
        ledger.Read();
        _intake = await Intake.Open(session, _queues, WantedAfter(MostPending(ledger)), cancellation)
            .ConfigureAwait(false);
        if (_intake.Taken > ledger.Number
            || _intake.Taken < ledger.Number - (ledger.Pending is null ? 0UL : 1UL))
            throw new GodwitException(RabbitMqProblems.LedgerLost(session.Shown, ledger.Number, _intake.Taken));
        if (_intake.Taken == ledger.Number)
            ledger.Fold();
        if (_intake.HasRestarted)
            await TakeAgain(_intake, cancellation).ConfigureAwait(false);
        session.SentStreams.Fold(_intake.Taken);
        if (_streamNames.Count > 0)
            _streams = await StreamIntake.Open(
                session, _streamNames, ledger.Pending is null ? [] : session.SentStreams.Pending(ledger.Number),
                cancellation).ConfigureAwait(false);
        if (ledger.Pending is { } hashes)
            _pending = (await Realign(hashes, cancellation).ConfigureAwait(false)).With(_streams?.Pending ?? []);
        if (_intake.HasRestarted)
            await _intake.Settled(cancellation).ConfigureAwait(false);
        _isSettled = true;
    }

    /// <summary>The pending batch, or a new one of what is here; null when nothing is.</summary>
    internal async Task<Gathering?> Gather()
    {
        if (_pending is not null)
            return _pending;
        var deliveries = Gathering.Take(_intake!);
        var spans = _streams is null ? [] : await _streams.Take().ConfigureAwait(false);
        if (deliveries.Count == 0 && spans.Count == 0)
            return null;
        if (spans.Count > 0)
            session.SentStreams.Begin(session.Sent.Number + 1, [.. spans.Select(PendingSpan.Of)]);
        session.Sent.Begin(Gathering.HashesOf(deliveries));
        _pending = Gathering.Of(session.Sent.Number, deliveries).With(spans);
        _notTaken = session.Sent.Number;
        foreach (var queue in deliveries.Select(one => one.Message.Queue).Distinct(StringComparer.Ordinal))
            Recent(queue).Begin();
        foreach (var one in deliveries)
        {
            _told[one.Message.Queue] = _told.GetValueOrDefault(one.Message.Queue) + 1;
            if (one.Message.Properties.Priority > 0)
                NoteOvertaking(one.Message);
        }
        if (deliveries.Count > 0)
            _wanted = Fitting(_pending.Bytes / deliveries.Count);
        return _pending;
    }

    private void NoteOvertaking(Message message)
    {
        if (_queues.Any(one => one.Name == message.Queue && one.MayHaveOvertaken(message)))
            _overtaken.Add(message.Queue);
    }

    /// <summary>The pending batch has arrived: it is taken away from here.</summary>
    /// <remarks>Not to be cut off half-way: the broker would hold acknowledgements back that nobody knows of.</remarks>
    internal async Task Take()
    {
        if (_pending is not { } pending || _intake is not { } intake)
            return;
        _notTaken = 0;
        var queues = pending.Batch.Messages.ToLookup(message => message.Queue, StringComparer.Ordinal);
        foreach (var queue in queues)
            Recent(queue.Key).Add(queue.Select(message => pending.Batch.HashOf(message)));
        await intake.Take(pending.Batch.Number, pending.Tags, CancellationToken.None).ConfigureAwait(false);
        foreach (var queue in queues)
            Recent(queue.Key).End();
        session.Sent.Fold();
        session.SentStreams.Fold(pending.Batch.Number);
        _pending = null;
    }

    /// <summary>Returns when something came, or when the time is over.</summary>
    internal async Task Wait(TimeSpan patience, CancellationToken cancellation)
    {
        var arrival = _streams?.Arrival();
        if (arrival is null)
        {
            await _intake!.Wait(patience, cancellation).ConfigureAwait(false);
            return;
        }
        if (_streams!.HasSome)
            return;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var delivery = _intake!.Wait(patience, over.Token);
        await Task.WhenAny(delivery, arrival).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        try
        {
            await delivery.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Something came of a stream.
        }
    }

    internal bool HasMeasured(DrainMark mark) => mark.IsMeasuredOver(_intake!);

    internal Task Measure(DrainMark mark, CancellationToken cancellation) => mark.Measure(
        _intake!, _queues,
        async () => _streams is null ? [] : await _streams.Ends(cancellation).ConfigureAwait(false), cancellation);

    /// <summary>Counts what was told for the mark.</summary>
    internal void Count(DrainMark mark)
    {
        foreach (var queue in mark.Open.Except(_overtaken, StringComparer.Ordinal).ToList())
            mark.Told(queue, _told.GetValueOrDefault(queue));
        foreach (var (stream, next) in _streams?.Told ?? [])
            mark.Told(stream, (long)next);
    }

    /// <summary>Finds out which queues have nothing left from before the mark. Called when nothing is here.</summary>
    internal async Task Judge(DrainMark mark, CancellationToken cancellation)
    {
        Count(mark);
        foreach (var queue in mark.Open.Intersect(_queues.Select(one => one.Name), StringComparer.Ordinal).ToList())
        {
            if (await _intake!.IsEmpty(queue, cancellation).ConfigureAwait(false))
                mark.SeenEmpty(queue);
        }
    }

    /// <summary>Whether all queues are empty and nothing is here.</summary>
    internal async Task<bool> IsDry(CancellationToken cancellation)
    {
        foreach (var queue in _queues)
        {
            if (!await _intake!.IsEmpty(queue.Name, cancellation).ConfigureAwait(false))
                return false;
        }
        return _streams is null || await _streams.IsDry(cancellation).ConfigureAwait(false);
    }

    /// <summary>Raises a problem where anybody consumes. Not for queues that are being read.</summary>
    internal async Task EnsureAlone(CancellationToken cancellation)
    {
        foreach (var queue in _queues)
        {
            var consumers = await session.Ask(
                channel => channel.ConsumerCountAsync(queue.Name, cancellation), cancellation).ConfigureAwait(false);
            if (consumers > 0)
                throw new GodwitException(RabbitMqProblems.HasConsumers(session.Shown, queue.Name));
        }
    }

    /// <param name="isBroken">Whether something failed: the connection may be lost before the client knows it.</param>
    internal async Task Close(bool isBroken = false)
    {
        if (_intake is not null)
        {
            if (_isSettled)
            {
                _wasBroken = isBroken || !_intake.IsOpen;
                if (_wasBroken)
                    PassAll(_intake.LostAt ?? session.Opening.Clock.GetTimestamp());
            }
            _isSettled = false;
            await _intake.DisposeAsync().ConfigureAwait(false);
        }
        if (_streams is not null)
            await _streams.DisposeAsync().ConfigureAwait(false);
        (_intake, _streams, _pending) = (null, null, null);
        _told.Clear();
    }

    /// <summary>A batch holds no more of a queue than may be on its way at once: all of it has to come again.</summary>
    private static int MostPending(SentLedger ledger) => ledger.Pending is { Count: > 0 } pending
        ? pending.CountBy(one => one.Queue, StringComparer.Ordinal).Max(one => one.Value)
        : 0;

    /// <summary>Where messages overtake each other, new ones may come before those of the batch.</summary>
    private int WantedAfter(int pending) => _queues.Any(one => one.HasPriorities != false)
        ? _wanted + pending
        : Math.Max(_wanted, pending);

    /// <param name="average">Bytes of a message.</param>
    private int Fitting(long average) => (int)Math.Clamp(
        BytesOnTheirWay / Math.Max(1, average) / Math.Max(1, _queues.Count), LeastWanted, Intake.MostWanted);

    /// <summary>What was delivered counts as delivered once more when the intake is opened anew, and quorum queues may
    /// have a limit: it is done seldom.</summary>
    private bool IsSuited(int wanted) => wanted * 8 > _wanted && wanted < _wanted * 8;

    public async ValueTask DisposeAsync() => await Close().ConfigureAwait(false);

    private RecentlyTaken Recent(string queue)
    {
        if (!_recent.TryGetValue(queue, out var recent))
            _recent.Add(queue, recent = new RecentlyTaken(session.Opening.Clock));
        return recent;
    }

    /// <summary>What was taken away and is here again has arrived: it is no message of a batch any more. That it was
    /// taken away again may be forgotten like the first time.</summary>
    private async Task TakeAgain(Intake intake, CancellationToken cancellation)
    {
        if (!_wasBroken)
            PassAll(session.Opening.Clock.GetTimestamp());
        var taken = _recent.ToDictionary(one => one.Key, one => one.Value.Hashes, StringComparer.Ordinal);
        var dropped = await new ReturnedMessages(intake, taken, session.Sent.Pending ?? [])
            .Drop(cancellation).ConfigureAwait(false);
        foreach (var queue in taken.Keys)
        {
            var hashes = dropped.GetValueOrDefault(queue, []);
            _told[queue] = _told.GetValueOrDefault(queue) + hashes.Count;
            Recent(queue).Replace(hashes);
        }
    }

    private void PassAll(long moment)
    {
        foreach (var one in _recent.Values)
            one.Pass(moment);
    }

    /// <summary>Whether as much of a queue is here, and looked at, as may be on its way at once.</summary>
    private async Task<bool> IsFull(string queue, CancellationToken cancellation)
    {
        if (_intake!.Received(queue) < _intake.Window(queue))
            return false;
        await _intake.Settle(cancellation).ConfigureAwait(false);
        if (!_intake.TryTake(out var delivery))
            return true;
        _intake.Hold([delivery]);
        return false;
    }

    private async Task<Gathering> Realign(IReadOnlyList<QueuedHash> hashes, CancellationToken cancellation)
    {
        var mayBeTaken = _intake!.HasRestarted && _notTaken != session.Sent.Number;
        var overtaking = _queues.Where(one => one.HasPriorities != false).Select(one => one.Name);
        var realignment = new Realignment(
            session.Sent.Number, hashes, mayBeTaken, overtaking.ToHashSet(StringComparer.Ordinal));
        while (realignment.Open.Count > 0)
        {
            if (_intake!.TryTake(out var delivery))
            {
                realignment.Add(delivery);
                _told[delivery.Message.Queue] = _told.GetValueOrDefault(delivery.Message.Queue) + 1;
                continue;
            }
            foreach (var queue in realignment.Open)
            {
                if (await _intake.IsEmpty(queue, cancellation).ConfigureAwait(false)
                    || await IsFull(queue, cancellation).ConfigureAwait(false))
                    realignment.Close(queue);
            }
            if (realignment.Open.Count > 0)
                await _intake.Wait(TimeSpan.FromMilliseconds(50), cancellation).ConfigureAwait(false);
        }
        foreach (var beyond in realignment.Beyond)
            _told[beyond.Message.Queue]--;
        _intake!.Hold(realignment.Beyond);
        foreach (var queue in hashes.Select(one => one.Queue).Distinct(StringComparer.Ordinal))
            Recent(queue).Begin();
        return realignment.Result();
    }
}
