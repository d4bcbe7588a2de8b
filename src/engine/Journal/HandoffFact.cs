namespace Godwit.Engine.Journal;

/// <summary>One step of a cutover or rollback was begun.</summary>
/// <param name="Direction">Which way traffic is being handed over.</param>
/// <param name="Stage">The step, or where the attempt ended.</param>
/// <param name="Attempt">Counts attempts in both directions.</param>
/// <param name="Epoch">The epoch that the route will have, or has.</param>
/// <param name="PauseMilliseconds">With the last step: how long writers were held up.</param>
/// <param name="HookFailed">With the last step: whether traffic has to be taken back, because the hook failed.</param>
internal sealed record HandoffFact(
    string Direction, string Stage, int Attempt, long Epoch, double? PauseMilliseconds = null,
    bool HookFailed = false);
