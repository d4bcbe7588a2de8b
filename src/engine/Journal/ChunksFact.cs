namespace Godwit.Engine.Journal;

/// <summary>Some chunks of one stream, in order; a stream with many has several entries.</summary>
internal sealed record ChunksFact(int Move, int Stream, IReadOnlyList<PlannedChunk> Chunks, bool Last);
