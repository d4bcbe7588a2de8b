namespace Godwit.Core.Problems;

/// <summary>Carries a <see cref="Problem"/> to whoever decides. The only exception type that means "operating
/// error".</summary>
/// <remarks>Nobody catches by class: the engine looks at <see cref="Problems.Problem.Recovery"/>.</remarks>
public sealed class GodwitException : Exception
{
    public GodwitException(Problem problem, Exception? cause = null)
        : base(problem.ToString(), cause) => Problem = problem;

    public Problem Problem { get; }
}
