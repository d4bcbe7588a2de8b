namespace Godwit.Engine.Journal;

/// <summary>Records that were proved different were written again through the normal write path.</summary>
internal sealed record RepairedFact(int Move, long Records, IReadOnlyList<RecordDifference> Sample);
