namespace Godwit.Connectors.PostgreSql.Schema;

/// <summary>A unique index.</summary>
/// <param name="Name">Of the index.</param>
/// <param name="IsPrimary">Whether it is the primary key's.</param>
/// <param name="IsIdentity">Whether it is the replica identity.</param>
/// <param name="IsWhole">Whether it is immediate, valid, not partial and without expressions.</param>
/// <param name="Columns">Key columns by name; empty with expressions.</param>
internal sealed record IndexShape(
    string Name, bool IsPrimary, bool IsIdentity, bool IsWhole, IReadOnlyList<string> Columns);
