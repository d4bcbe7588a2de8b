using Godwit.Core.Problems;

namespace Godwit.Engine.Cutover;

/// <summary>How a handover ended.</summary>
/// <param name="HandedOver">Whether traffic has gone over.</param>
/// <param name="Problem">Why it has not; or, when it has, what went wrong afterwards (the hook).</param>
internal sealed record HandoffResult(bool HandedOver, Problem? Problem);
