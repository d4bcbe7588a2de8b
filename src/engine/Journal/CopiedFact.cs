namespace Godwit.Engine.Journal;

/// <summary>One move is copied, and where following starts.</summary>
internal sealed record CopiedFact(int Move, long Records, long Bytes, string StartAt, double Seconds);
