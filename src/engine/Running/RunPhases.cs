using Godwit.Engine.Journal;
using Godwit.Engine.Receipts;

namespace Godwit.Engine.Running;

/// <summary>Takes a migration from one phase to the next.</summary>
internal sealed class RunPhases
{
    private readonly RunContext _run;
    private readonly RunGoal _goal;
    private readonly Preparation _preparation;
    private readonly FollowingPhase _following;
    private readonly HandoverKeeper _handovers;

    internal RunPhases(RunContext run, RunGoal goal)
    {
        (_run, _goal, _preparation) = (run, goal, new Preparation(run));
        var heads = new HeadSigner(run.Journal, run.Setup.Signer, run.Clock);
        _handovers = new HandoverKeeper(run, heads);
        _following = new FollowingPhase(run, goal, _handovers, heads);
    }

    /// <summary>First of all the fences: an earlier life may have left writers waiting.</summary>
    internal Task FinishEarlierHandover(CancellationToken cancellation) => _handovers.FinishEarlier(cancellation);

    /// <summary>Puts in place again what a later phase relies on; a new life does so before anything else.</summary>
    internal async Task Prepare(CancellationToken cancellation)
    {
        if (_run.State.Phase > MigrationPhase.Preparing)
            await _preparation.PrepareCopy(cancellation);
        if (_run.State.Phase > MigrationPhase.CatchingUp)
            await _preparation.PrepareWayBack(cancellation);
    }

    /// <summary>One phase before following.</summary>
    /// <returns>Whether the goal is reached.</returns>
    internal async Task<bool> Advance(CancellationToken cancellation)
    {
        switch (_run.State.Phase)
        {
            case MigrationPhase.Planned:
                await _run.Journal.Enter(MigrationPhase.Preparing, cancellation);
                return false;
            case MigrationPhase.Preparing:
                await _preparation.PrepareCopy(cancellation);
                await _run.Journal.Enter(MigrationPhase.Copying, cancellation);
                return false;
            case MigrationPhase.Copying:
                await new CopyPhase(_run).Copy(cancellation);
                await _run.Journal.Enter(MigrationPhase.CatchingUp, cancellation);
                return _goal.Until == RunUntil.Copied;
            default:
                throw new InvalidOperationException($"Phase {_run.State.Phase}.");
        }
    }

    /// <summary>The phases in which changes flow.</summary>
    /// <returns>Whether the goal is reached.</returns>
    internal async Task<bool> Follow(CancellationToken cancellation)
    {
        if (_run.State.Phase == MigrationPhase.CatchingUp)
            await _preparation.PrepareWayBack(cancellation);
        return await _following.Follow(cancellation);
    }
}
