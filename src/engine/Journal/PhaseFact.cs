namespace Godwit.Engine.Journal;

/// <summary>The migration entered a phase.</summary>
internal sealed record PhaseFact(MigrationPhase Phase);
