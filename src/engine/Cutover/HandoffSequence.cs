namespace Godwit.Engine.Cutover;

/// <summary>The order of events in a handover of traffic, and nothing else: no clock, no store, no task.</summary>
/// <remarks>
/// <para>The caller carries out each order for all moves and brings back the news. Cutover and rollback are the same
/// sequence, in the two directions.</para>
/// <para>Invariant: the route is ordered to be switched only in an attempt whose fences were raised, after that
/// drained, after that found clean, after that armed. Invariant: once that order was given the attempt is never undone
/// by a deadline, only by the news that the switch had no effect. Invariant: an attempt that is undone or done gives no
/// further orders.</para>
/// </remarks>
/// <param name="Stage">Where the handover stands.</param>
/// <param name="Attempt">Counts attempts; news of another one means nothing.</param>
internal readonly record struct HandoffSequence(HandoffStage Stage, int Attempt)
{
    /// <summary>An attempt that an earlier life of the runner began.</summary>
    /// <param name="stage">The stage it was in.</param>
    /// <param name="attempt">Its number.</param>
    /// <param name="routeSwitched">Whether the route says that traffic has gone over.</param>
    /// <returns>The sequence and the order that brings it to an end.</returns>
    internal static (HandoffSequence Sequence, HandoffOrder Order) Restore(
        HandoffStage stage, int attempt, bool routeSwitched)
    {
        var (now, order) = stage switch
        {
            HandoffStage.Idle => (HandoffStage.Idle, HandoffOrder.None),
            HandoffStage.Done => (HandoffStage.Done, HandoffOrder.None),
            HandoffStage.Readying => (HandoffStage.Idle, HandoffOrder.None),
            HandoffStage.Opening => (HandoffStage.Opening, HandoffOrder.OpenDestination),
            HandoffStage.Switching when routeSwitched => (HandoffStage.Opening, HandoffOrder.OpenDestination),
            HandoffStage.Fencing or HandoffStage.Draining or HandoffStage.Verifying or HandoffStage.Arming
                or HandoffStage.Switching or HandoffStage.Undoing => (HandoffStage.Undoing, HandoffOrder.Undo),
            _ => throw new InvalidOperationException($"Stage {stage}."),
        };
        return (new HandoffSequence(now, attempt), order);
    }

    /// <returns>What the sequence is after the news, and what it wants done.</returns>
    internal (HandoffSequence Sequence, HandoffOrder Order) Hear(HandoffNews news)
    {
        if (news.Kind == HandoffNewsKind.Requested)
            return Begin(news.Attempt);
        if (news.Attempt != Attempt)
            return (this, HandoffOrder.None);
        var (stage, order) = Next(news.Kind);
        return (this with { Stage = stage }, order);
    }

    private (HandoffSequence Sequence, HandoffOrder Order) Begin(int attempt) =>
        Stage == HandoffStage.Idle && attempt > Attempt
            ? (new HandoffSequence(HandoffStage.Readying, attempt), HandoffOrder.CheckReady)
            : (this, HandoffOrder.None);

    private (HandoffStage Stage, HandoffOrder Order) Next(HandoffNewsKind news) => (Stage, news) switch
    {
        (HandoffStage.Readying, HandoffNewsKind.Ready) => (HandoffStage.Fencing, HandoffOrder.RaiseFences),
        (HandoffStage.Readying, HandoffNewsKind.NotReady or HandoffNewsKind.Failed or HandoffNewsKind.DeadlinePassed)
            => (HandoffStage.Idle, HandoffOrder.None),
        (HandoffStage.Fencing, HandoffNewsKind.Fenced) => (HandoffStage.Draining, HandoffOrder.Drain),
        (HandoffStage.Draining, HandoffNewsKind.Drained) => (HandoffStage.Verifying, HandoffOrder.VerifyTouched),
        (HandoffStage.Verifying, HandoffNewsKind.Clean) => (HandoffStage.Arming, HandoffOrder.Arm),
        (HandoffStage.Arming, HandoffNewsKind.Armed) => (HandoffStage.Switching, HandoffOrder.SwitchRoute),
        (HandoffStage.Switching, HandoffNewsKind.RouteSwitched) => (HandoffStage.Opening, HandoffOrder.OpenDestination),
        (HandoffStage.Opening, HandoffNewsKind.Opened) => (HandoffStage.Done, HandoffOrder.None),
        (HandoffStage.Undoing, HandoffNewsKind.Undone) => (HandoffStage.Idle, HandoffOrder.None),

        (HandoffStage.Verifying, HandoffNewsKind.Unclean) => (HandoffStage.Undoing, HandoffOrder.Undo),
        (HandoffStage.Switching, HandoffNewsKind.Failed) => (HandoffStage.Undoing, HandoffOrder.Undo),
        (HandoffStage.Fencing or HandoffStage.Draining or HandoffStage.Verifying or HandoffStage.Arming,
            HandoffNewsKind.Failed or HandoffNewsKind.DeadlinePassed) => (HandoffStage.Undoing, HandoffOrder.Undo),

        // Late or repeated news changes nothing: anything may be delivered twice.
        _ => (Stage, HandoffOrder.None),
    };
}
