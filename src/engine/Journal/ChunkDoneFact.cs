namespace Godwit.Engine.Journal;

/// <summary>A chunk is at the target. For reading only: what counts is the target's own ledger.</summary>
internal sealed record ChunkDoneFact(int Move, int Stream, int Index, string Visibility, long Records, long Bytes);
