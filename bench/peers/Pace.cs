namespace Godwit.Bench.Peers;

/// <summary>How much Godwit wants to do a second.</summary>
/// <param name="What">What is counted, with "a second".</param>
/// <param name="Step">Godwit's step.</param>
/// <param name="Since">The step before, whose time is taken off; null when there is none.</param>
/// <param name="Count">How many the step did.</param>
/// <param name="Least">What is just good enough.</param>
internal sealed record Pace(string What, string Step, string? Since, long Count, double Least);
