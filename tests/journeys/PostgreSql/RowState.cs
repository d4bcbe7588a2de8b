namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>What a row is after a transaction.</summary>
/// <param name="Version">Orders the states of a row that several writers share; 0 otherwise.</param>
/// <param name="Digest">Of all its columns; null when there is no such row.</param>
internal readonly record struct RowState(int Tenant, long Version, string? Digest);
