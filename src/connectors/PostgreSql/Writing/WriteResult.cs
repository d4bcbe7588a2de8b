using Godwit.Core.Stores;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>What writing a batch did.</summary>
/// <param name="Deleted">Rows that are gone.</param>
/// <param name="Missed">Rows that had to be there and were not; null when there are none.</param>
internal readonly record struct WriteResult(long Deleted, IReadOnlyList<MissedRecords>? Missed);
