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
/// where to start, at the beginning and after every failure, and not our own memory.
/// </remarks>
internal sealed class Follower(
    Lane lane, Direction direction, HandoverRule? rule, TouchedLedger ledger, LateWriteTaker late, Recoverer recoverer,
    TimeProvider clock)
{
    private static readonly TimeSpan LateWriteInterval = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly List<(Position Position, TaskCompletionSource Signal)> _waiting = [];
    private readonly Turnstile _applying = new();
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
                    catch (GodwitException)
                    {
                        _reached = null; // Whether the batch arrived is not known: the destination will tell.
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

    /// <summary>Writes that must not cross a batch that is being applied: what they read stays newest until
    /// written.</summary>
    internal async Task<ApplyOutcome> BetweenBatches(
        Func<CancellationToken, Task<ApplyOutcome>> write, CancellationToken cancellation)
    {
        return await _applying.Enter(() => write(cancellation));
    }

    private async Task Step(CancellationToken cancellation)
    {
        var (origin, destination) = (lane.Origin(direction), lane.Destination(direction));
        if (_reached is not { } reached)
        {
            reached = await destination.Target.Reached(cancellation)
                ?? throw new InvalidOperationException("Following begins after the destination was told where.");
            Advance(reached);
        }
        await TakeLateWrites(cancellation);
        var asked = clock.GetUtcNow();
        if (await Bring(origin, destination, reached, asked, cancellation) is { } now)
            await origin.Changes.Acknowledge(now, cancellation);
    }

    /// <summary>
    /// Before anything flows towards the fenced side: what was deleted there late would be brought again, and what was
    /// written there late would be in the way.
    /// </summary>
    private async Task TakeLateWrites(CancellationToken cancellation)
    {
        if (!late.MayCome || (_lateTaken is { } taken && clock.GetElapsedTime(taken) < LateWriteInterval))
            return;
        await late.Take(ledger, cancellation);
        _lateTaken = clock.GetTimestamp();
    }

    /// <returns>The position that the destination has reached; null when nothing came. The batch is closed by then:
    /// it may
    /// hold a read transaction that the acknowledgement would have to wait for.</returns>
    private async Task<Position?> Bring(
        IStore origin, IStore destination, Position reached, DateTimeOffset asked, CancellationToken cancellation)
    {
        await using var batch = await origin.Changes.Next(reached, Patience, cancellation);

        // Invariant: after a follower was cancelled nothing enters the ledger any more.
        cancellation.ThrowIfCancellationRequested();
        if (batch is null)
        {
            _asOf = asked;
            return null;
        }
        await Apply(batch, destination, cancellation);
        Advance(batch.Reached);
        KeysApplied += batch.KeyCount;
        _asOf = batch.Oldest is { } oldest && oldest < asked ? oldest : asked;
        return batch.Reached;
    }

    private async Task Apply(ChangeBatch batch, IStore destination, CancellationToken cancellation)
    {
        // Before the apply: a verifier that looks in between must know that these keys are moving.
        ledger.Touch(batch);
        var filtered = rule?.Filter(batch) ?? batch;
        await BetweenBatches(
            token => destination.Target.Apply(filtered, ApplyReason.Following, token), cancellation);
        if (!ReferenceEquals(filtered, batch))
            await filtered.DisposeAsync();
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
