using Godwit.Engine.Journal;
using Godwit.Engine.Receipts;

namespace Godwit.Engine.Running;

/// <summary>Takes a migration from one phase to the next.</summary>
internal sealed class RunPhases(RunContext run, RunGoal goal)
{
    private readonly Preparation _preparation = new(run);
    private readonly FollowingPhase _following =
        new(run, goal, new HeadSigner(run.Journal, run.Setup.Signer, run.Clock));

    /// <summary>Puts in place again what a later phase relies on; a new life does so before anything else.</summary>
    internal async Task Prepare(CancellationToken cancellation)
    {
        if (run.State.Phase > MigrationPhase.Preparing)
            await _preparation.PrepareCopy(cancellation);
        if (run.State.Phase > MigrationPhase.CatchingUp)
            await _preparation.PrepareWayBack(cancellation);
    }

    /// <summary>One phase before following.</summary>
    /// <returns>Whether the goal is reached.</returns>
    internal async Task<bool> Advance(CancellationToken cancellation)
    {
        switch (run.State.Phase)
        {
            case MigrationPhase.Planned:
                await run.Journal.Enter(MigrationPhase.Preparing, cancellation);
                return false;
            case MigrationPhase.Preparing:
                await _preparation.PrepareCopy(cancellation);
                await run.Journal.Enter(MigrationPhase.Copying, cancellation);
                return false;
            case MigrationPhase.Copying:
                await new CopyPhase(run).Copy(cancellation);
                await run.Journal.Enter(MigrationPhase.CatchingUp, cancellation);
                return goal.Until == RunUntil.Copied;
            default:
                throw new InvalidOperationException($"Phase {run.State.Phase}.");
        }
    }

    /// <summary>The phases in which changes flow.</summary>
    /// <returns>Whether the goal is reached.</returns>
    internal async Task<bool> Follow(CancellationToken cancellation)
    {
        if (run.State.Phase == MigrationPhase.CatchingUp)
            await _preparation.PrepareWayBack(cancellation);
        return await _following.Follow(cancellation);
    }
}
