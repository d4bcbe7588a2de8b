using Godwit.Core.Stores;
using Godwit.Engine.Cutover;
using Godwit.Engine.Following;
using Godwit.Engine.Journal;
using Godwit.Engine.Planning;
using Godwit.Engine.Receipts;
using Godwit.Engine.Verifying;

namespace Godwit.Engine.Running;

/// <summary>Hands traffic over, and brings to its end what an earlier life began.</summary>
internal sealed class HandoverKeeper(RunContext run, HeadSigner heads)
{
    private const int FewWaiting = 500;

    private static readonly TimeSpan LongestThinning = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private KnownEqual? _knownEqual;

    /// <summary>What the last handover has proved; asked once. Null when there was none, or too little is
    /// known.</summary>
    internal KnownEqual? TakeKnownEqual()
    {
        var known = _knownEqual;
        _knownEqual = null;
        return known;
    }

    internal string? WhyNotReady(Crew crew) =>
        Steps(crew.Followers, run.Direction).WhyNotReady(run.Definition.MaxLag);

    /// <summary>A cutover or a rollback, by the phase; the crew's followers end when it comes to the switch.</summary>
    internal async Task HandOver(Crew crew, long command, CancellationToken cancellation)
    {
        await crew.StopVerification();
        var direction = run.Direction;
        // Told once: whoever gives the command again has read it.
        if (direction == Direction.Forward
            && (await Unplanned(cancellation)).FindAll(_told.Add) is { Count: > 0 } unplanned)
        {
            await run.Journal.Answer(command, EngineProblems.PlanOutgrown(unplanned), null, cancellation);
            return;
        }
        await run.Journal.Enter(
            direction == Direction.Forward ? MigrationPhase.CuttingOver : MigrationPhase.RollingBack, cancellation);
        run.Board.Publish();
        await Thin(crew.Followers, cancellation);
        var result = await Attempt(Steps(crew.Followers, direction), direction, crew.StopFollowing).Run(cancellation);
        _knownEqual = result.HandedOver ? KnownEqual.After(crew.Followers) : null;
        await Settle(result, direction, cancellation);
        await run.Journal.Answer(command, result.Problem, null, cancellation);
    }

    /// <summary>
    /// Puts down fences that an earlier life left up, or opens the side that traffic has gone to. Asks nothing of any
    /// store but its fence: writers wait, and the other side may be out of reach.
    /// </summary>
    internal async Task FinishEarlier(CancellationToken cancellation)
    {
        if (run.State.Phase is not (MigrationPhase.CuttingOver or MigrationPhase.RollingBack))
            return;
        var direction = run.State.Phase == MigrationPhase.CuttingOver ? Direction.Forward : Direction.Backward;
        var result = new HandoffResult(false, EngineProblems.Undone("Readying", "The runner ended in this step."));
        if (run.State.Handoff is { } last && last.Direction == Name(direction)
            && last.Stage != nameof(HandoffStage.Idle))
        {
            result = last.Stage == nameof(HandoffStage.Done)
                ? new HandoffResult(true, null)
                : await Attempt(Steps([], direction), direction, () => Task.CompletedTask).Resume(last, cancellation);
        }
        var proved = run.Lanes.All(one => one.Origin(direction).Abilities.Fence == FenceStrength.Enforced);
        _knownEqual = result.HandedOver && proved ? KnownEqual.After([]) : null;
        await Settle(result, direction, cancellation);
        if (run.State.OpenCommand is { Command: MigrationCommand.Cutover or MigrationCommand.Rollback } open)
            await run.Journal.Answer(open.Sequence, result.Problem, null, cancellation);
    }

    /// <summary>Whatever is proved before the fence is up, writers need not wait for.</summary>
    private async Task Thin(IReadOnlyList<Follower> followers, CancellationToken cancellation)
    {
        var start = run.Clock.GetTimestamp();
        foreach (var follower in followers)
        {
            var left = int.MaxValue;
            while (follower.Ledger.Count > FewWaiting && follower.Ledger.Count < left
                && run.Clock.GetElapsedTime(start) < LongestThinning)
            {
                left = follower.Ledger.Count;
                await run.Recoverer.Do(
                    token => new TouchedVerifier(follower, run.Clock).VerifySome(token), cancellation);
            }
        }
    }

    /// <summary>What was made at the sources since the plan: it would stay behind, and nobody would have been
    /// told.</summary>
    private async Task<List<string>> Unplanned(CancellationToken cancellation)
    {
        var unplanned = new List<string>();
        foreach (var lane in run.Lanes)
        {
            var selection = Selection.Of(
                lane.Ports.Definition, run.Definition.Tenant,
                await run.Recoverer.Do(lane.Ports.From.Catalog.Read, cancellation));
            var planned = lane.Streams.Select(one => one.Schema.Name).ToHashSet(StringComparer.Ordinal);
            unplanned.AddRange(selection.Streams.Select(one => one.Schema.Name).Where(one => !planned.Contains(one)));
            unplanned.AddRange(selection.Problems.Select(one => one.What));
        }
        return unplanned;
    }

    private async Task Settle(HandoffResult result, Direction direction, CancellationToken cancellation)
    {
        var forward = direction == Direction.Forward;
        await run.Journal.Enter(
            result.HandedOver == forward ? MigrationPhase.Guarding : MigrationPhase.Following, cancellation);
        if (result.HandedOver)
            await heads.Sign(run.State.Phase.ToString(), cancellation);
        run.Board.Publish();
    }

    private Handoff Attempt(HandoffSteps steps, Direction direction, Func<Task> stopFollowing) =>
        new(steps, direction, run.Definition, run.Journal, run.Clock, stopFollowing);

    private HandoffSteps Steps(IReadOnlyList<Follower> followers, Direction direction) =>
        new(run.Lanes, followers, direction, run.Route, run.Journal, run.Recoverer, run.Clock);

    private static string Name(Direction direction) => direction == Direction.Forward ? "forward" : "backward";
}
