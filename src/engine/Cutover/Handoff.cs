using Godwit.Core.Problems;
using Godwit.Engine.Journal;
using Godwit.Engine.Planning;
using Godwit.Engine.Verifying;

namespace Godwit.Engine.Cutover;

/// <summary>Runs a handover of traffic: gives the sequence its news and carries out its orders, within the pause
/// budget.</summary>
/// <remarks>
/// Invariant: a stage is journalled before its order is carried out, so that the next life knows what may have
/// happened. The followers of the direction must be running.
/// </remarks>
internal sealed class Handoff(
    HandoffSteps steps, Direction direction, MigrationDefinition definition, MigrationJournal journal,
    TimeProvider clock, Func<Task> stopFollowing)
{
    /// <summary>How long a run that was told to end may take to put the fences down first.</summary>
    private static readonly TimeSpan UndoBeforeEnd = TimeSpan.FromSeconds(5);

    private string _step = "";
    private Problem? _why;
    private long _epoch;
    private long _fencedAt;

    internal async Task<HandoffResult> Run(CancellationToken cancellation)
    {
        var last = journal.State.Handoff;
        var idle = new HandoffSequence(HandoffStage.Idle, last?.Attempt ?? 0);
        _epoch = await NextEpoch(cancellation);
        var (sequence, order) = idle.Hear(new HandoffNews(HandoffNewsKind.Requested, idle.Attempt + 1));
        return await Follow(sequence, order, cancellation);
    }

    /// <summary>Brings an attempt of an earlier life to its end: on, when the route was switched, back
    /// otherwise.</summary>
    internal async Task<HandoffResult> Resume(HandoffFact last, CancellationToken cancellation)
    {
        _epoch = last.Epoch;
        _fencedAt = clock.GetTimestamp();
        var stage = Enum.Parse<HandoffStage>(last.Stage);
        var switched = stage == HandoffStage.Switching && await steps.IsSwitched(_epoch, cancellation);
        var (sequence, order) = HandoffSequence.Restore(stage, last.Attempt, switched);
        _why = EngineProblems.Undone(last.Stage, "The runner ended in this step.");
        return await Follow(sequence, order, cancellation);
    }

    private async Task<HandoffResult> Follow(
        HandoffSequence sequence, HandoffOrder order, CancellationToken cancellation)
    {
        while (order != HandoffOrder.None)
        {
            _step = sequence.Stage.ToString();
            var noted = order == HandoffOrder.CheckReady || await TryNote(sequence, cancellation);

            // What only leads back to writing, or has to follow on the switch, is done without the journal as well.
            var news = noted || order is HandoffOrder.Undo or HandoffOrder.OpenDestination
                ? await CarryOut(order, cancellation)
                : HandoffNewsKind.Failed;
            (sequence, order) = sequence.Hear(new HandoffNews(news, sequence.Attempt));
        }
        if (sequence.Stage == HandoffStage.Done)
        {
            var pause = clock.GetElapsedTime(_fencedAt).TotalMilliseconds;
            var hook = await Hook(cancellation);
            await Note(sequence, pause, hook is not null, cancellation);
            return new HandoffResult(true, hook);
        }
        if (journal.State.Handoff?.Stage is { } stage && stage != nameof(HandoffStage.Idle)
            && stage != nameof(HandoffStage.Done))
            await Note(sequence, null, false, cancellation);
        return new HandoffResult(false, _why);
    }

    private async Task<HandoffNewsKind> CarryOut(HandoffOrder order, CancellationToken cancellation)
    {
        try
        {
            return await Step(order, cancellation);
        }
        catch (OperationCanceledException) when (order is HandoffOrder.RaiseFences or HandoffOrder.Drain
            or HandoffOrder.VerifyTouched or HandoffOrder.Arm)
        {
            // The run ends; writers must not wait behind the fence until the next one.
            using var soon = new CancellationTokenSource(UndoBeforeEnd, clock);
            await steps.Undo(soon.Token);
            throw;
        }
    }

    private async Task<HandoffNewsKind> Step(HandoffOrder order, CancellationToken cancellation)
    {
        switch (order)
        {
            case HandoffOrder.CheckReady:
                return Ready();
            case HandoffOrder.RaiseFences:
                _fencedAt = clock.GetTimestamp();
                return await InTime(steps.RaiseFences, HandoffNewsKind.Fenced, cancellation);
            case HandoffOrder.Drain:
                return await InTime(steps.Drain, HandoffNewsKind.Drained, cancellation);
            case HandoffOrder.VerifyTouched:
                return await VerifyTouched(cancellation);
            case HandoffOrder.Arm:
                return await InTime(steps.Arm, HandoffNewsKind.Armed, cancellation);
            case HandoffOrder.SwitchRoute:
                return await SwitchRoute(cancellation);
            case HandoffOrder.OpenDestination:
                await steps.OpenDestination(cancellation);
                return HandoffNewsKind.Opened;
            case HandoffOrder.Undo:
                await steps.Undo(cancellation);
                return HandoffNewsKind.Undone;
            default:
                throw new InvalidOperationException($"Order {order}.");
        }
    }

    private HandoffNewsKind Ready()
    {
        if (steps.WhyNotReady(definition.MaxLag) is not { } why)
            return HandoffNewsKind.Ready;
        _why = EngineProblems.NotReady(why);
        return HandoffNewsKind.NotReady;
    }

    private async Task<HandoffNewsKind> VerifyTouched(CancellationToken cancellation)
    {
        var verdict = Verdict.Undecided;
        var news = await InTime(
            async token => verdict = await steps.VerifyTouched(token), HandoffNewsKind.Clean, cancellation);
        if (news != HandoffNewsKind.Clean || verdict == Verdict.Equal)
            return news;
        _why = EngineProblems.Undone(_step, $"Records that were touched last are {VerificationPass.Name(verdict)}.");
        return HandoffNewsKind.Unclean;
    }

    /// <summary>A failed switch may have had its effect: only the route itself can tell.</summary>
    /// <remarks>
    /// The followers end before: all is drained, and what a writer with an old route still gets in where the fence only
    /// asks must not run over what is written at the new place.
    /// </remarks>
    private async Task<HandoffNewsKind> SwitchRoute(CancellationToken cancellation)
    {
        await stopFollowing();
        try
        {
            if (await InTime(steps.Confirm, HandoffNewsKind.Clean, cancellation) != HandoffNewsKind.Clean)
                return HandoffNewsKind.Failed;
            await steps.SwitchRoute(_epoch, cancellation);
            return HandoffNewsKind.RouteSwitched;
        }
        catch (GodwitException failure)
        {
            _why = EngineProblems.Undone(_step, failure.Problem.What);
            return await steps.IsSwitched(_epoch, cancellation)
                ? HandoffNewsKind.RouteSwitched
                : HandoffNewsKind.Failed;
        }
    }

    private async Task<Problem?> Hook(CancellationToken cancellation)
    {
        try
        {
            await steps.RunHook(_epoch, cancellation);
            return null;
        }
        catch (GodwitException failure)
        {
            return EngineProblems.HookFailed(failure.Problem);
        }
    }

    /// <summary>Carries out a step within what is left of the pause budget.</summary>
    private async Task<HandoffNewsKind> InTime(
        Func<CancellationToken, Task> step, HandoffNewsKind done, CancellationToken cancellation)
    {
        var left = definition.MaxPause - clock.GetElapsedTime(_fencedAt);
        using var deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            await step(either.Token);
            return done;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            _why = EngineProblems.Undone(
                _step, $"The pause budget of {definition.MaxPause.TotalSeconds:0.###} s was spent.");
            return HandoffNewsKind.DeadlinePassed;
        }
        catch (GodwitException failure)
        {
            _why = EngineProblems.Undone(_step, failure.Problem.What);
            return HandoffNewsKind.Failed;
        }
    }

    private async Task<long> NextEpoch(CancellationToken cancellation)
    {
        var present = await steps.PresentEpoch(cancellation);
        return Math.Max(present, journal.State.Epoch) + 1;
    }

    private async Task<bool> TryNote(HandoffSequence sequence, CancellationToken cancellation)
    {
        try
        {
            await Note(sequence, null, false, cancellation);
            return true;
        }
        catch (GodwitException failure)
        {
            _why = EngineProblems.Undone(_step, failure.Problem.What);
            return false;
        }
    }

    private Task Note(HandoffSequence sequence, double? pause, bool hookFailed, CancellationToken cancellation) =>
        journal.Append(
            FactKind.Handoff,
            new HandoffFact(
                direction == Direction.Forward ? "forward" : "backward", sequence.Stage.ToString(), sequence.Attempt,
                _epoch, pause, hookFailed),
            cancellation);
}
