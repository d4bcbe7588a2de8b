namespace Godwit.Engine.Journal;

/// <summary>The migration as it was planned.</summary>
internal sealed record PlannedFact(
    string Name, string Text, string RouteName, IReadOnlyList<PlannedMove> Moves, PlannedEstimate Estimate);
