using Godwit.Core.Problems;

namespace Godwit.Engine.Journal;

/// <summary>The answer to a command.</summary>
internal sealed record OutcomeFact(
    long Command, bool Done, Problem? Problem, IReadOnlyList<RecordDifference>? Differences);
