using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Stores;
using Godwit.Engine.Planning;
using Godwit.Engine.Recovering;

namespace Godwit.Engine.Following;

/// <summary>Keeps the destination of a move equal to its origin by applying batches that end at commit
/// boundaries.</summary>
/// <remarks>
/// Invariant: the destination's position covers exactly the changes that the destination holds. That is why it is asked
/// where to start, at the beginning and after every failure, and not our own memory. Where both sides allow it the next
/// batch is asked for, and staged, while the one before is still being applied; they arrive in order.
/// </remarks>
internal sealed class Follower(
    Lane lane, Direction direction, HandoverRule? rule, TouchedLedger ledger, LateWriteTaker late, MissAlarm alarm,
    Recoverer recoverer, TimeProvider clock)
{
    private static readonly TimeSpan LateWriteInterval = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly List<(Position Position, TaskCompletionSource Signal)> _waiting = [];
    private readonly BatchesUnderWay _underWay = new();
    private Position? _told;
    private Position? _reached;
    private DateTimeOffset? _asOf;
    private long? _lateTaken;

    internal Lane Lane => lane;

    internal Direction Direction => direction;

    internal TouchedLedger Ledger => ledger;

    /// <summary>Takes over what comes to the side that is fenced.</summary>
    internal LateWriteTaker Late => late;

    internal long KeysApplied { get; private set; }

    /// <summary>How far behind the destination may be: what was committed longer ago than this is there.</summary>
    internal TimeSpan Lag => _asOf is { } asOf ? clock.GetUtcNow() - asOf : TimeSpan.MaxValue;

    internal Position? Reached => _reached;

    /// <summary>Follows until cancelled.</summary>
    internal async Task Follow(CancellationToken cancellation)
    {
        while (true)
        {
            await recoverer.Do(
                async token =>
                {
                    try
                    {
                        await Step(token);
                    }
                    catch (Exception failure)
                    {
                        await _underWay.Abandon();

                        // Whether the batches arrived is not known: the destination will tell.
                        if (failure is GodwitException)
                            (_told, _reached) = (null, null);
                        throw;
                    }
                },
                cancellation);
        }
    }

    /// <summary>Waits until everything up to a position is at the destination.</summary>
    internal async Task WaitFor(Position position, CancellationToken cancellation)
    {
        if (_reached is { } reached && reached >= position)
            return;
        var signal = new TaskCompletionSource();
        _waiting.Add((position, signal));
        using var registration = cancellation.Register(() => signal.TrySetCanceled(cancellation));
        await signal.Task;
    }

    /// <summary>Brings everything over that was committed at the origin before the call.</summary>
    internal async Task Drain(CancellationToken cancellation)
    {
        var marker = await lane.Origin(direction).Changes.Mark(cancellation);
        await WaitFor(marker, cancellation);
    }

    /// <inheritdoc cref="BatchesUnderWay.Between"/>
    internal Task<ApplyOutcome> BetweenBatches(
        Func<CancellationToken, Task<ApplyOutcome>> write, CancellationToken cancellation) =>
        _underWay.Between(() => write(cancellation));

    private async Task Step(CancellationToken cancellation)
    {
        var (origin, destination) = (lane.Origin(direction), lane.Destination(direction));
        if (_told is not { } told)
        {
            told = await destination.Target.Reached(cancellation)
                ?? throw new InvalidOperationException("Following begins after the destination was told where.");
            _told = told;
            Advance(told);
        }
        await TakeLateWrites(cancellation);
        var asked = clock.GetUtcNow();
        var batch = await origin.Changes.Next(told, Patience, cancellation);
        if (batch is null)
        {
            await _underWay.Settle(0);
            _asOf = asked;
            return;
        }
        var isWorthMore = batch.KeyCount >= origin.Abilities.AheadFrom;
        await Start(batch, destination.Abilities.BatchesUnderWay, asked, cancellation);
        _told = batch.Reached;
        if (!isWorthMore)
            await _underWay.Settle(0);
    }

    /// <summary>
    /// Before anything flows towards the fenced side: what was deleted there late would be brought again, and what was
    /// written there late would be in the way.
    /// </summary>
    private async Task TakeLateWrites(CancellationToken cancellation)
    {
        if (!late.MayCome || (_lateTaken is { } taken && clock.GetElapsedTime(taken) < LateWriteInterval))
            return;
        await _underWay.Settle(0);
        await late.Take(ledger, cancellation);
        _lateTaken = clock.GetTimestamp();
    }

    private async Task Start(ChangeBatch batch, int most, DateTimeOffset asked, CancellationToken cancellation)
    {
        var isUnderWay = false;
        try
        {
            await _underWay.Settle(most - 1);
            await _underWay.Start(before =>
            {
                isUnderWay = true;
                return Bring(batch, before, asked, cancellation);
            });
        }
        finally
        {
            if (!isUnderWay)
                await batch.DisposeAsync();
        }
    }

    private async Task Bring(ChangeBatch batch, Task before, DateTimeOffset asked, CancellationToken cancellation)
    {
        var (keys, oldest, missed) = (batch.KeyCount, batch.Oldest, default(IReadOnlyList<MissedRecords>));

        // Closed before it is acknowledged: it may hold a read transaction that the acknowledgement would wait for.
        await using (batch)
        {
            // Invariant: after a follower was cancelled nothing enters the ledger any more.
            cancellation.ThrowIfCancellationRequested();
            missed = (await Apply(batch, lane.Destination(direction), cancellation)).Missed;
        }
        await before;
        Advance(batch.Reached);
        KeysApplied += keys;
        _asOf = oldest < asked ? oldest : asked;
        if (missed is not null)
            await alarm.Sound(missed, ledger, cancellation);
        await lane.Origin(direction).Changes.Acknowledge(batch.Reached, cancellation);
    }

    private async Task<ApplyOutcome> Apply(ChangeBatch batch, IStore destination, CancellationToken cancellation)
    {
        // Before the apply: a verifier that looks in between must know that these keys are moving.
        ledger.Touch(batch);
        var filtered = rule?.Filter(batch) ?? batch;
        var outcome = await destination.Target.Apply(filtered, ApplyReason.Following, cancellation);
        if (!ReferenceEquals(filtered, batch))
            await filtered.DisposeAsync();
        return outcome;
    }

    private void Advance(Position reached)
    {
        _reached = reached;
        var there = _waiting.FindAll(one => one.Position <= reached);
        _waiting.RemoveAll(one => one.Position <= reached);
        foreach (var (_, signal) in there)
            signal.TrySetResult(); // Runs who waits at once: the list must be in order before.
    }
}
