namespace Godwit.Engine.Journal;

/// <summary>What the plan expected, to be held beside the outcome.</summary>
internal sealed record PlannedEstimate(long Records, long Bytes, int Chunks, double CopySeconds, double PauseSeconds);
