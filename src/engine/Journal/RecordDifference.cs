namespace Godwit.Engine.Journal;

/// <summary>One record that was proved different.</summary>
/// <param name="Stream">Its stream.</param>
/// <param name="Key">Its key, for people.</param>
/// <param name="Kind"><c>missing</c> at the target, <c>extra</c> at the target, or <c>different</c>.</param>
/// <param name="Columns">Which columns differ; empty unless it is different.</param>
public sealed record RecordDifference(
    string Stream, string Key, string Kind, IReadOnlyList<ColumnDifference> Columns);
