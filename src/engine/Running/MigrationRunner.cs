using Godwit.Core.Problems;
using Godwit.Engine.Journal;
using Godwit.Engine.Recovering;

namespace Godwit.Engine.Running;

/// <summary>Runs a migration from wherever its journal says it stands, as far as the goal says.</summary>
/// <remarks>
/// One at a time for a journal (the entry point holds a lock), on one synchronization context. It may be killed at any
/// moment and made anew: all it needs is in the journal and in the stores.
/// </remarks>
public sealed class MigrationRunner(RunnerSetup setup)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(2);

    /// <summary>Runs until the goal, a problem that stops it, or cancellation, which leaves everything ready to go
    /// on.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<RunReport> Run(RunGoal goal, CancellationToken cancellation)
    {
        RunContext? run = null;
        try
        {
            var state = await MigrationState.Read(setup.Journal, cancellation);
            run = new RunContext(setup, new MigrationJournal(setup.Journal, state));
            var keeper = new PlanKeeper(run);
            await keeper.Plan(cancellation);
            while (!await TryRun(run, keeper, goal, cancellation))
            {
                // Everything that was made for the old definitions is made again.
            }
            return new RunReport(run.State.Phase, null);
        }
        catch (GodwitException failure)
        {
            await Remember(run, failure.Problem, cancellation);
            return new RunReport(run?.State.Phase ?? MigrationPhase.Planned, failure.Problem);
        }
    }

    /// <summary>For 'status', after this process has gone. The journal itself may be what is broken.</summary>
    private static async Task Remember(RunContext? run, Problem problem, CancellationToken cancellation)
    {
        if (run?.State.Planned is null)
            return;
        try
        {
            await run.Journal.Report(problem, cancellation);
        }
        catch (GodwitException)
        {
            // The caller hears of the first problem in any case.
        }
    }

    /// <returns>False when something was redefined: then the run begins anew.</returns>
    private static async Task<bool> TryRun(
        RunContext run, PlanKeeper keeper, RunGoal goal, CancellationToken cancellation)
    {
        try
        {
            await Run(run, keeper, goal, cancellation);
            return true;
        }
        catch (GodwitException changed) when (changed.Problem.Recovery == Recovery.Replan)
        {
            await run.Journal.Report(changed.Problem, cancellation);
            return false;
        }
    }

    private static async Task Run(
        RunContext run, PlanKeeper keeper, RunGoal goal, CancellationToken cancellation)
    {
        if (IsOver(run.State.Phase))
        {
            if (run.State.OpenCommand is { } late)
                await run.Journal.Answer(late.Sequence, null, null, cancellation);
            return;
        }
        var ending = keeper.IsEnding;
        run.Lanes = await keeper.Lanes(cancellation);
        var phases = new RunPhases(run, goal);
        await phases.FinishEarlierHandover(cancellation);
        await ForgetStale(run, cancellation);
        run.IsPrepared = false;
        while (!IsOver(run.State.Phase))
        {
            run.Board.Publish();
            if (await Commanded(run, cancellation))
            {
                if (!ending || IsOver(run.State.Phase))
                    continue;
                // The end was refused: the lanes that were good for it are not good for going on.
                await Run(run, keeper, goal, cancellation);
                return;
            }
            if (run.State.Paused)
            {
                await run.Clock.Wait(Tick, cancellation);
                continue;
            }
            if (!run.IsPrepared)
            {
                if (!await UntilDoneOrCommanded(run, phases.Prepare, cancellation))
                    continue;
                run.IsPrepared = true;

                // What held up an earlier run does so no longer, or it will be reported again.
                if (run.State.Problem is not null)
                    await run.Journal.Report(null, cancellation);
            }
            if (await Advance(run, phases, cancellation))
                return;
        }
        run.Board.Publish();
    }

    /// <summary>
    /// Whoever gave a command that no runner lived to answer has gone long ago: to hand traffic over now would surprise
    /// everybody. What was begun of it has been brought to its end before.
    /// </summary>
    private static async Task ForgetStale(RunContext run, CancellationToken cancellation)
    {
        while (run.State.OpenCommand is
            { Command: MigrationCommand.Cutover or MigrationCommand.Rollback or MigrationCommand.Verify } open
            && run.Clock.GetUtcNow() - open.At > Stale)
        {
            await run.Journal.Answer(
                open.Sequence,
                EngineProblems.NotReady("It was given long before this run, and no runner lived to carry it out."),
                null,
                cancellation);
        }
    }

    /// <summary>Carries out a command that has to be carried out while nothing runs.</summary>
    /// <returns>Whether there was one.</returns>
    private static async Task<bool> Commanded(RunContext run, CancellationToken cancellation)
    {
        await run.Journal.Refresh(cancellation);
        if (await run.NextCommand(cancellation) is not { } open)
            return false;
        var ending = new Ending(run);
        switch (open.Command)
        {
            case MigrationCommand.Pause or MigrationCommand.Resume:
                if (open.Command == MigrationCommand.Resume)
                    await run.Journal.Report(null, cancellation);
                await run.Journal.Answer(open.Sequence, null, null, cancellation);
                return true;
            case MigrationCommand.Finish:
                await ending.Finish(open.Sequence, cancellation);
                return true;
            case MigrationCommand.Abort:
                await ending.Abort(open.Sequence, cancellation);
                return true;
            case MigrationCommand.Cutover or MigrationCommand.Rollback or MigrationCommand.Verify:
                if (IsForFollowing(run, open.Command))
                    return false;
                await run.Journal.Answer(
                    open.Sequence,
                    EngineProblems.WrongPhase(open.Command, run.State.Phase, run.State.Paused),
                    null,
                    cancellation);
                return true;
            default:
                throw new InvalidOperationException($"Command {open.Command}.");
        }
    }

    /// <summary>Works on the present phase until it is through or a command comes in between.</summary>
    /// <returns>Whether the goal is reached.</returns>
    private static async Task<bool> Advance(RunContext run, RunPhases phases, CancellationToken cancellation)
    {
        if (run.State.Phase >= MigrationPhase.CatchingUp)
            return await phases.Follow(cancellation);
        var isReached = false;
        return await UntilDoneOrCommanded(
            run, async token => isReached = await phases.Advance(token), cancellation) && isReached;
    }

    /// <summary>Works until it is done or a command comes that ends it.</summary>
    /// <returns>Whether it is done.</returns>
    private static async Task<bool> UntilDoneOrCommanded(
        RunContext run, Func<CancellationToken, Task> begin, CancellationToken cancellation)
    {
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var work = begin(interrupted.Token);
        try
        {
            await Listen(run, work, interrupted.Token);
            if (!work.IsCompleted)
                return false;
            await work;
            return true;
        }
        finally
        {
            await WorkGroup.End(interrupted, [work]); // Nothing may go on writing when the hold is given up.
        }
    }

    private static async Task Listen(RunContext run, Task work, CancellationToken cancellation)
    {
        while (!work.IsCompleted)
        {
            await run.Clock.WaitFor(work, Tick, cancellation);
            await run.Journal.Refresh(cancellation);
            if (await run.NextCommand(cancellation) is not { } open)
                continue;
            if (IsForFollowing(run, open.Command))
                continue;
            if (open.Command != MigrationCommand.Resume)
                return;
            run.Recoverer.Resume();
            await run.Journal.Answer(open.Sequence, null, null, cancellation);
        }
    }

    /// <summary>Whether a command waits for changes to flow: nothing that is on its way there may be ended by
    /// it.</summary>
    private static bool IsForFollowing(RunContext run, MigrationCommand command) =>
        command is MigrationCommand.Cutover or MigrationCommand.Rollback or MigrationCommand.Verify
        && !run.State.Paused && (run.State.Phase >= MigrationPhase.CatchingUp || run.State.ComesBack);

    private static bool IsOver(MigrationPhase phase) => phase is MigrationPhase.Finished or MigrationPhase.Aborted;
}
