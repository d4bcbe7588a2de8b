namespace Godwit.Core.Stores;

/// <summary>How many records of a stream belong to the migration, and how many belong to nobody.</summary>
public readonly record struct ScopeCount(long InScope, long Orphans);
