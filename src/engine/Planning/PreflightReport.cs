using Godwit.Core.Problems;

namespace Godwit.Engine.Planning;

/// <summary>What <c>check</c> found.</summary>
/// <param name="Moves">What would be moved.</param>
/// <param name="Problems">All of them; those with <see cref="Recovery.Retry"/> are warnings.</param>
public sealed record PreflightReport(IReadOnlyList<MoveScope> Moves, IReadOnlyList<Problem> Problems)
{
    public bool MayRun => Problems.All(one => one.Recovery == Recovery.Retry);
}
