using Godwit.Core.Records;
using Godwit.Core.Stores;
using Godwit.Engine.Journal;
using Godwit.Engine.Planning;
using Godwit.Engine.Recovering;

namespace Godwit.Engine.Following;

/// <summary>
/// Where a fence only asks, writes come to the wrong side: they are brought to where traffic is, and counted.
/// </summary>
/// <remarks>
/// Invariant: what was told is applied and taken before anything else is told. Several ask: the follower, a repair, a
/// handover. A batch that one of them was told must not be taken because another one's has arrived.
/// </remarks>
internal sealed class LateWriteTaker(Lane lane, Direction direction, MigrationJournal journal, Recoverer recoverer)
{
    private const int Sample = 20;

    private readonly Turnstile _taking = new();

    private IStore Fenced => lane.Destination(direction);

    private IStore Used => lane.Origin(direction);

    /// <summary>Whether there can be any: the other side is fenced since the first handover, and its fence only
    /// asks.</summary>
    internal bool MayCome =>
        journal.State.Epoch > 0 && Fenced.Abilities.Fence == FenceStrength.Cooperative;

    /// <summary>Takes over what came since the last call.</summary>
    /// <param name="ledger">Where the keys wait to be proved equal; null when nobody follows any more.</param>
    /// <param name="cancellation">Leaves the writes for the next call.</param>
    internal async Task Take(TouchedLedger? ledger, CancellationToken cancellation)
    {
        if (!MayCome)
            return;

        // Asked and applied in one piece of work: a batch that failed half-way can be read only once.
        var keys = await _taking.Enter(
            () => recoverer.Do(token => Bring(ledger, token), cancellation), cancellation);
        if (keys.Count > 0)
            await journal.Append(
                FactKind.LateWrites,
                new LateWritesFact(lane.Number, keys.Count, [.. keys.Take(Sample).Select(one => one.ToString())]),
                cancellation);
    }

    private async Task<List<Key>> Bring(TouchedLedger? ledger, CancellationToken cancellation)
    {
        await using var late = await Fenced.Fence.LateWrites(cancellation);
        if (late is null)
            return [];
        ledger?.Touch(late);
        await Used.Target.Apply(late, ApplyReason.LateWrite, cancellation);
        await Fenced.Fence.LateWritesTaken(cancellation);
        return [.. late.Touched.SelectMany(
            one => Enumerable.Range(0, one.Keys.Count).Select(at => Key.Of(one.Keys, at)))];
    }
}
