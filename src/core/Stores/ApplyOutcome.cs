namespace Godwit.Core.Stores;

/// <summary>What applying a batch did.</summary>
/// <param name="Written">Records written.</param>
/// <param name="Deleted">Keys that had a record and have none any more.</param>
/// <param name="Bytes">Bytes written.</param>
public readonly record struct ApplyOutcome(long Written, long Deleted, long Bytes);
