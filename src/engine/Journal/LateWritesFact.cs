namespace Godwit.Engine.Journal;

/// <summary>Writes came to the fenced side and were taken over to the other.</summary>
internal sealed record LateWritesFact(int Move, long Count, IReadOnlyList<string> Sample);
