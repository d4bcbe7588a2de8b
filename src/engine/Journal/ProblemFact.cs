using Godwit.Core.Problems;

namespace Godwit.Engine.Journal;

/// <summary>Something holds the run up; or, with null, nothing does any more.</summary>
internal sealed record ProblemFact(Problem? Problem);
