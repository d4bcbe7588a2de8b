namespace Godwit.Core.Stores;

/// <summary>A sequence or automatic counter and the highest number it has given out.</summary>
public sealed record Counter(string Name, long Value);
