using Godwit.Engine.Cutover;
using Godwit.Engine.Journal;
using Godwit.Engine.Planning;
using Godwit.Engine.Receipts;
using Godwit.Engine.Verifying;

namespace Godwit.Engine.Running;

/// <summary>Follows in one direction, verifies, and hands traffic over when told to; until something else is to be
/// done.</summary>
internal sealed class FollowingPhase(RunContext run, RunGoal goal, HeadSigner heads)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private bool _cutoverAsked;
    private bool _handedOver;

    /// <summary>Runs until the phase changes, a command ends it, or the goal is reached.</summary>
    /// <returns>Whether the goal is reached.</returns>
    internal async Task<bool> Follow(CancellationToken cancellation)
    {
        var clean = _handedOver || run.State.Rested;
        _handedOver = false;
        if (run.State.Rested)
            await run.Journal.Append(FactKind.Rested, new RestedFact(false), cancellation);
        await using var crew = await Crew.Hire(run, run.Direction, clean, cancellation);
        if (await FinishHandoff(crew, cancellation))
            return false; // Records may flow the other way now: another crew.
        await CatchUp(crew, clean, cancellation);
        var (phase, signed) = (run.State.Phase, false);
        while (true)
        {
            crew.ThrowIfFailed();
            await run.Journal.Refresh(cancellation);
            if (crew.Verifier.Passes > 0 && !signed)
            {
                await heads.Sign(run.State.Phase.ToString(), cancellation);
                signed = true;
            }
            if (IsReached(crew, clean) && await Rest(crew, cancellation))
                return true;
            if (run.State.OpenCommand is { } open && !await Handle(crew, open.Sequence, open.Command, cancellation))
                return false;
            if (run.State.Phase != phase)
                return IsReached(crew, clean);
            await GiveAutomaticCommands(crew, cancellation);
            run.Board.Publish();
            await Task.Delay(Tick, run.Clock, cancellation);
        }
    }

    /// <summary>
    /// An incremental run ends with everything proved equal, and says so: only then may the next one bring and verify
    /// just what changed since.
    /// </summary>
    /// <returns>Whether the run may end.</returns>
    private async Task<bool> Rest(Crew crew, CancellationToken cancellation)
    {
        if (run.Definition.Mode != MigrationMode.Incremental || run.State.Phase != MigrationPhase.Following)
            return true;
        await crew.StopVerification();
        if (!await VerifyTouched(crew, cancellation))
        {
            crew.StartVerification();
            return false;
        }
        await run.Journal.Append(FactKind.Rested, new RestedFact(true), cancellation);
        return true;
    }

    private async Task CatchUp(Crew crew, bool clean, CancellationToken cancellation)
    {
        if (run.State.Phase == MigrationPhase.CatchingUp)
        {
            await Drain(crew, cancellation);
            await run.Journal.Enter(MigrationPhase.Following, cancellation);
        }
        if (clean && run.Definition.Mode == MigrationMode.Incremental)
        {
            await Drain(crew, cancellation);
            if (await VerifyTouched(crew, cancellation))
                return; // A pass over everything would only repeat what the last run proved.
        }
        crew.StartVerification();
    }

    private async Task<bool> VerifyTouched(Crew crew, CancellationToken cancellation)
    {
        var equal = true;
        foreach (var follower in crew.Followers)
        {
            var (verdict, units) = await run.Recoverer.Do(
                token => new TouchedVerifier(follower, run.Clock).VerifyAll(token), cancellation);
            if (units.Count > 0)
                await run.Journal.Append(FactKind.Verified, new VerifiedFact(units), cancellation);
            equal &= verdict == Verdict.Equal && !follower.Ledger.LostTrack;
        }
        return equal;
    }

    /// <summary>Drains while watching that the followers are alive.</summary>
    private async Task Drain(Crew crew, CancellationToken cancellation)
    {
        foreach (var follower in crew.Followers)
        {
            var drained = run.Recoverer.Do(follower.Drain, cancellation);
            while (!drained.IsCompleted)
            {
                crew.ThrowIfFailed();
                run.Board.Publish();
                await Task.WhenAny(drained, Task.Delay(Tick, run.Clock, cancellation));
                cancellation.ThrowIfCancellationRequested();
            }
            await drained;
        }
    }

    private bool IsReached(Crew crew, bool clean) => goal.Until switch
    {
        RunUntil.Copied => true,
        RunUntil.Following => run.State.Phase == MigrationPhase.Guarding || IsVerified(crew, clean),
        RunUntil.Cutover => run.State.Phase == MigrationPhase.Guarding,
        RunUntil.Finished => run.Definition.Mode == MigrationMode.Incremental && IsVerified(crew, clean),
        _ => throw new InvalidOperationException($"Goal {goal.Until}."),
    };

    private bool IsVerified(Crew crew, bool clean) =>
        (crew.Verifier.Passes > 0 && run.State.LastVerdict != "different")
        || (clean && crew.Followers.All(one => one.Ledger.Count == 0 && !one.Ledger.LostTrack));

    /// <summary>What a mode or a goal does by itself is given as a command, so that it is remembered like
    /// one.</summary>
    private async Task GiveAutomaticCommands(Crew crew, CancellationToken cancellation)
    {
        var journal = run.Setup.Journal;
        if (run.State.OpenCommand is not null || run.State.Phase != MigrationPhase.Following)
            return;
        if (run.Definition.Mode == MigrationMode.Full && crew.Verifier.Passes > 0 && run.State.LastVerdict == "equal")
            await Commands.Give(journal, MigrationCommand.Finish, cancellation);
        else if (goal.AutomaticCutover && !_cutoverAsked && run.Definition.Mode == MigrationMode.Hybrid
            && Steps(crew).WhyNotReady(run.Definition.MaxLag) is null)
        {
            _cutoverAsked = true;
            await Commands.Give(journal, MigrationCommand.Cutover, cancellation);
        }
    }

    /// <returns>Whether following goes on.</returns>
    private async Task<bool> Handle(
        Crew crew, long sequence, MigrationCommand command, CancellationToken cancellation)
    {
        switch (command, run.State.Phase)
        {
            case (MigrationCommand.Cutover, MigrationPhase.Following)
                when run.Definition.Mode == MigrationMode.Hybrid:
            case (MigrationCommand.Rollback, MigrationPhase.Guarding):
                await HandOver(crew, sequence, cancellation);
                return true;
            case (MigrationCommand.Verify, _):
                await Verify(crew, sequence, cancellation);
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
                    sequence, EngineProblems.WrongPhase(Name(command), Name(run.State.Phase)), null, cancellation);
                return true;
        }
    }

    private async Task HandOver(Crew crew, long sequence, CancellationToken cancellation)
    {
        await crew.StopVerification();
        var forward = run.Direction == Direction.Forward;
        await run.Journal.Enter(
            forward ? MigrationPhase.CuttingOver : MigrationPhase.RollingBack, cancellation);
        run.Board.Publish();
        var handoff = new Handoff(
            Steps(crew), forward ? Direction.Forward : Direction.Backward, run.Definition, run.Journal, run.Clock);
        var result = await handoff.Run(cancellation);
        await Settle(result, forward, cancellation);
        await run.Journal.Answer(sequence, result.Problem, null, cancellation);
        if (result is { HandedOver: true, Problem: not null })
            await Commands.Give(run.Setup.Journal, MigrationCommand.Rollback, cancellation);
        if (!result.HandedOver)
            crew.StartVerification();
    }

    /// <summary>Brings a handover to its end that an earlier life of the runner began.</summary>
    /// <returns>Whether there was one.</returns>
    private async Task<bool> FinishHandoff(Crew crew, CancellationToken cancellation)
    {
        if (run.State.Phase is not (MigrationPhase.CuttingOver or MigrationPhase.RollingBack))
            return false;
        var forward = run.State.Phase == MigrationPhase.CuttingOver;
        var direction = forward ? "forward" : "backward";
        var result = new HandoffResult(false, EngineProblems.Undone("Readying", "The runner ended in this step."));
        if (run.State.Handoff is { } last && last.Direction == direction && last.Stage != nameof(HandoffStage.Idle))
        {
            var handoff = new Handoff(
                Steps(crew), forward ? Direction.Forward : Direction.Backward, run.Definition, run.Journal, run.Clock);
            result = last.Stage == nameof(HandoffStage.Done)
                ? new HandoffResult(true, null)
                : await handoff.Resume(last, cancellation);
        }
        await Settle(result, forward, cancellation);
        if (run.State.OpenCommand is { Command: MigrationCommand.Cutover or MigrationCommand.Rollback } open)
            await run.Journal.Answer(open.Sequence, result.Problem, null, cancellation);
        return true;
    }

    private async Task Settle(HandoffResult result, bool forward, CancellationToken cancellation)
    {
        _handedOver = result.HandedOver;
        await run.Journal.Enter(
            result.HandedOver == forward ? MigrationPhase.Guarding : MigrationPhase.Following, cancellation);
        if (result.HandedOver)
            await heads.Sign(run.State.Phase.ToString(), cancellation);
        run.Board.Publish();
    }

    private async Task Verify(Crew crew, long sequence, CancellationToken cancellation)
    {
        await crew.StopVerification();
        var pass = new VerificationPass(
            crew.Followers, run.Journal, run.Recoverer, run.Clock,
            (done, ranges) =>
            {
                run.Board.Ranges = (done, ranges);
                run.Board.Publish();
            });
        var result = await pass.Run(cancellation);
        var problem = result.Verdict switch
        {
            Verdict.Equal => null,
            Verdict.Different => EngineProblems.Different(result.DifferentRecords),
            Verdict.Undecided => EngineProblems.StillUndecided((int)result.UndecidedRecords),
            _ => throw new InvalidOperationException($"Verdict {result.Verdict}."),
        };
        await run.Journal.Answer(sequence, problem, result.Sample, cancellation);
        crew.StartVerification();
    }

    private HandoffSteps Steps(Crew crew) =>
        new(crew.Followers, run.Direction, run.Route, run.Journal, run.Recoverer, run.Clock);

    private static string Name(MigrationCommand command) => command.ToString().ToLowerInvariant();

    internal static string Name(MigrationPhase phase) => phase switch
    {
        MigrationPhase.CatchingUp => "catching up",
        MigrationPhase.CuttingOver => "cutting over",
        MigrationPhase.RollingBack => "rolling back",
        _ => phase.ToString().ToLowerInvariant(),
    };
}
