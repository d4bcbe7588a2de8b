namespace Godwit.Engine.Journal;

/// <summary>Changes found no record at the destination, where there had to be one.</summary>
internal sealed record MissedFact(int Move, string Stream, long Count, IReadOnlyList<string> Sample);
