namespace Godwit.Core.Stores;

/// <summary>What applying a batch did.</summary>
/// <param name="Written">Records written.</param>
/// <param name="Deleted">Keys that had a record and have none any more.</param>
/// <param name="Bytes">Bytes written.</param>
/// <param name="Missed">Records that had to be there and were not, by stream; null when there are none, or when the
/// target cannot tell.</param>
public readonly record struct ApplyOutcome(
    long Written, long Deleted, long Bytes, IReadOnlyList<MissedRecords>? Missed = null);
