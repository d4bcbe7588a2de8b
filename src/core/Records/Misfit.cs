namespace Godwit.Core.Records;

/// <summary>A value that a column would not give back as it is.</summary>
/// <param name="Record">Place in its batch.</param>
/// <param name="Column">Place in its record.</param>
/// <param name="Why">For people, without a full stop.</param>
public readonly record struct Misfit(int Record, int Column, string Why);
