namespace Godwit.Core.Stores;

/// <summary>Records of one stream that a batch changed at the source and that the target did not hold.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Count">How many.</param>
/// <param name="Sample">Keys of some of them, as text.</param>
public sealed record MissedRecords(string Stream, long Count, IReadOnlyList<string> Sample);
