using Godwit.Core.Positions;

namespace Godwit.Core.Stores;

/// <summary>What the target remembers of a chunk that it holds completely.</summary>
/// <param name="Stream">Number of the stream.</param>
/// <param name="Index">Number of the chunk.</param>
/// <param name="Visibility">What the read of the chunk had seen.</param>
/// <param name="Records">How many records were written.</param>
/// <param name="Bytes">How many bytes they had.</param>
public sealed record ChunkDone(int Stream, int Index, Visibility Visibility, long Records, long Bytes);
