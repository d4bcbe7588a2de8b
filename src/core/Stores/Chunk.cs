using Godwit.Core.Records;

namespace Godwit.Core.Stores;

/// <summary>A bounded part of a stream's copy: the unit of parallel work, of resuming and of verification.</summary>
/// <param name="Stream">Number of the stream in the plan.</param>
/// <param name="Index">Counts from 0 within the stream, in key order.</param>
/// <param name="Range">Which keys. The ranges of one stream's chunks follow on each other without a gap.</param>
/// <param name="Records">Estimate.</param>
/// <param name="Bytes">Estimate.</param>
public sealed record Chunk(int Stream, int Index, KeyRange Range, long Records, long Bytes);
