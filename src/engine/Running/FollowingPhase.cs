using Godwit.Engine.Journal;
using Godwit.Engine.Planning;
using Godwit.Engine.Receipts;
using Godwit.Engine.Recovering;

namespace Godwit.Engine.Running;

/// <summary>Follows in one direction, verifies, and answers commands; until something else is to be done.</summary>
internal sealed class FollowingPhase(RunContext run, RunGoal goal, HandoverKeeper handovers, HeadSigner heads)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a handover may wait for a lag that is too large at first.</summary>
    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(10);

    private readonly Resting _resting = new(run);
    private bool _cutoverAsked;
    private (long Command, long Since)? _waiting;

    /// <summary>Runs until the phase changes, a command ends it, or the goal is reached.</summary>
    /// <returns>Whether the goal is reached.</returns>
    internal async Task<bool> Follow(CancellationToken cancellation)
    {
        var known = handovers.TakeKnownEqual() ?? (run.State.Rested ? KnownEqual.After([]) : null);
        var clean = known is not null;
        if (run.State.Rested)
            await run.Journal.Append(FactKind.Rested, new RestedFact(false), cancellation);
        await using var crew = await Crew.Hire(run, run.Direction, known, cancellation);
        await using var look = new CommandedLook(run, crew);
        if (!await CatchUp(crew, clean, cancellation))
            return false;
        var (phase, signed) = (run.State.Phase, false);
        while (run.State.Phase == phase && !crew.IsDismissed)
        {
            crew.ThrowIfFailed();
            await run.Journal.Refresh(cancellation);
            if (crew.Verifier.Passes > 0 && !signed)
            {
                await heads.Sign(run.State.Phase.ToString(), cancellation);
                signed = true;
            }
            var command = await run.NextCommand(cancellation);
            await look.GiveWay();
            if (command is { Command: MigrationCommand.Verify })
            {
                await look.Serve(command.Sequence, cancellation);
            }
            else if (command is not null)
            {
                if (!await Handle(crew, command.Sequence, command.Command, cancellation))
                    return false;
            }
            else if (IsReached(crew, clean) && await MayEnd(crew, cancellation))
            {
                return true;
            }
            await GiveAutomaticCommands(crew, cancellation);
            run.Board.Publish();
            await run.Clock.Wait(Tick, cancellation);
        }
        return false;
    }

    /// <returns>False when a command came in between that ends this phase.</returns>
    private async Task<bool> CatchUp(Crew crew, bool clean, CancellationToken cancellation)
    {
        var incremental = clean && run.Definition.Mode == MigrationMode.Incremental;
        if ((run.State.Phase == MigrationPhase.CatchingUp || incremental) && !await Drain(crew, cancellation))
            return false;
        if (run.State.Phase == MigrationPhase.CatchingUp)
            await run.Journal.Enter(MigrationPhase.Following, cancellation);

        // After a clean rest a pass over everything would only repeat what the last run proved.
        if (!incremental || !await _resting.VerifyTouched(crew, cancellation))
            crew.StartVerification();
        return true;
    }

    /// <summary>Drains while watching that the followers are alive, and listening to commands.</summary>
    /// <returns>False when a command came in between that ends this phase.</returns>
    private async Task<bool> Drain(Crew crew, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var drained = Recovering.WorkGroup.All(
            [.. crew.Followers.Select(one => run.Recoverer.Do(one.Drain, over.Token))]);
        try
        {
            while (!drained.IsCompleted)
            {
                crew.ThrowIfFailed();
                await run.Journal.Refresh(cancellation);
                var command = await run.NextCommand(cancellation);
                if (command is { Command: MigrationCommand.Resume })
                    await Handle(crew, command.Sequence, command.Command, cancellation);
                else if (command is
                    { Command: MigrationCommand.Pause or MigrationCommand.Abort or MigrationCommand.Finish })
                    return false;
                run.Board.Publish();
                await run.Clock.WaitFor(drained, Tick, cancellation);
            }
            await drained;
            return true;
        }
        finally
        {
            await Recovering.WorkGroup.End(over, [drained]);
        }
    }

    private bool IsReached(Crew crew, bool clean) => goal.Until switch
    {
        RunUntil.Copied => true,
        RunUntil.Following =>
            (run.State.Phase == MigrationPhase.Guarding && !run.State.MustRollBack) || IsVerified(crew, clean),
        RunUntil.Cutover => run.State.Phase == MigrationPhase.Guarding && !run.State.MustRollBack,
        RunUntil.Finished => run.Definition.Mode == MigrationMode.Incremental && IsVerified(crew, clean),
        _ => throw new InvalidOperationException($"Goal {goal.Until}."),
    };

    private bool IsVerified(Crew crew, bool clean) =>
        run.State.LastVerdict != "different"
        && (crew.Verifier.Passes > 0 || (clean && crew.Followers.All(one => !one.Ledger.LostTrack)));

    private async Task<bool> MayEnd(Crew crew, CancellationToken cancellation) =>
        run.Definition.Mode != MigrationMode.Incremental || goal.Until == RunUntil.Copied
        || await _resting.TryRest(crew, cancellation);

    /// <summary>What a mode, a goal or a failed hook asks for is given as a command, so that it is remembered like
    /// one.</summary>
    private async Task GiveAutomaticCommands(Crew crew, CancellationToken cancellation)
    {
        var journal = run.Setup.Journal;
        if (run.State.OpenCommand is not null)
            return;
        if (run.State.MustRollBack)
        {
            if (handovers.WhyNotReady(crew) is null)
                await Commands.Give(journal, MigrationCommand.Rollback, cancellation);
        }
        else if (run.State.Phase != MigrationPhase.Following)
        {
            return;
        }
        else if (run.Definition.Mode == MigrationMode.Full)
        {
            if (crew.Verifier.Passes > 0 && run.State.LastVerdict != "different"
                && await _resting.TryRest(crew, cancellation))
                await Commands.Give(journal, MigrationCommand.Finish, cancellation);
        }
        else if (goal.AutomaticCutover && !_cutoverAsked && run.Definition.Mode == MigrationMode.Hybrid
            && OneWay is null && handovers.WhyNotReady(crew) is null)
        {
            _cutoverAsked = true;
            await Commands.Give(journal, MigrationCommand.Cutover, cancellation);
        }
    }

    /// <summary>A target that traffic never goes to; null when there is none.</summary>
    private string? OneWay =>
        run.Lanes.Select(one => one.Ports.To).FirstOrDefault(one => one.Abilities.IsOneWay)?.Address;

    /// <returns>Whether following goes on.</returns>
    private async Task<bool> Handle(
        Crew crew, long sequence, MigrationCommand command, CancellationToken cancellation)
    {
        switch (command, run.State.Phase)
        {
            case (MigrationCommand.Cutover, MigrationPhase.Following)
                when OneWay is { } target:
                await run.Journal.Answer(sequence, EngineProblems.OneWay(target), null, cancellation);
                return true;
            case (MigrationCommand.Cutover, MigrationPhase.Following)
                when run.Definition.Mode == MigrationMode.Hybrid:
            case (MigrationCommand.Rollback, MigrationPhase.Guarding):
                if (MustWait(crew, sequence))
                    return true;
                if (run.Recoverer.Stuck is { } stuck)
                    await run.Journal.Answer(
                        sequence, EngineProblems.NotReady($"{stuck.Code}: {stuck.What}"), null, cancellation);
                else
                    await handovers.HandOver(crew, sequence, cancellation);
                if (!crew.IsDismissed)
                    crew.StartVerification();
                return true;
            case (MigrationCommand.Resume, _):
                run.Recoverer.Resume();
                crew.Verifier.AllowRepair();
                await run.Journal.Report(null, cancellation);
                await run.Journal.Answer(sequence, null, null, cancellation);
                return true;
            case (MigrationCommand.Pause or MigrationCommand.Finish or MigrationCommand.Abort, _):
                return false; // For the runner, when the crew has gone.
            default:
                await run.Journal.Answer(
                    sequence,
                    EngineProblems.WrongPhase(command, run.State.Phase, paused: false),
                    null,
                    cancellation);
                return true;
        }
    }

    /// <summary>A handover that is asked for early waits: for the first pass as long as it takes, for the rest a
    /// while.</summary>
    /// <remarks>What holds up changes would hold up the handover, which hears no 'resume'.</remarks>
    private bool MustWait(Crew crew, long command)
    {
        if (handovers.WhyNotReady(crew) is null && run.Recoverer.Stuck is null)
            return false;
        if (_waiting?.Command != command)
            _waiting = (command, run.Clock.GetTimestamp());
        return (run.Recoverer.Stuck is null && crew.Followers.Any(one => one.Ledger.LostTrack))
            || run.Clock.GetElapsedTime(_waiting.Value.Since) < ReadyDeadline;
    }
}
