namespace Godwit.Engine.Journal;

/// <summary>One stream of a planned move.</summary>
internal sealed record PlannedStream(int Number, string Name, string Scope);
