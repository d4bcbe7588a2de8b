namespace Godwit.Core.Stores;

/// <summary>The size a chunk should have at most; whichever bound is met first.</summary>
public readonly record struct ChunkSize(long Records, long Bytes);
