using Godwit.Core.Problems;

namespace Godwit.Engine.Journal;

/// <summary>The answer to a command.</summary>
/// <param name="Done">Whether it was carried out.</param>
/// <param name="Problem">Why not, or what was found.</param>
/// <param name="Differences">For verify: the records that differ, at most a hundred.</param>
public sealed record CommandOutcome(bool Done, Problem? Problem, IReadOnlyList<RecordDifference> Differences);
