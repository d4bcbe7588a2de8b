namespace Godwit.Engine.Planning;

/// <summary>What a run would do.</summary>
public sealed record MigrationPlan(IReadOnlyList<MovePlan> Moves);
