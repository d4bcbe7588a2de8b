namespace Godwit.Engine.Journal;

/// <summary>One chunk; bounds as base64 of the key's bytes, null where open.</summary>
internal sealed record PlannedChunk(int Index, string? From, string? To, long Records, long Bytes);
