namespace Godwit.Engine.Running;

/// <summary>The copy of one stream.</summary>
/// <param name="Name">The stream.</param>
/// <param name="Scope">Which of its records, for people.</param>
/// <param name="Chunks">How many chunks there are.</param>
/// <param name="ChunksDone">How many are at the target.</param>
/// <param name="Records">Estimate of records in all chunks.</param>
/// <param name="RecordsDone">Records in the chunks that are done.</param>
/// <param name="Bytes">Estimate.</param>
/// <param name="BytesDone">Bytes in the chunks that are done.</param>
public sealed record StreamProgress(
    string Name, string Scope, int Chunks, int ChunksDone, long Records, long RecordsDone, long Bytes, long BytesDone);
