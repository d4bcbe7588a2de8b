using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Schema;

/// <summary>A table as the catalog describes it.</summary>
internal sealed class TableShape
{
    public required uint Oid { get; init; }

    /// <summary>Stream name: <c>schema.table</c>.</summary>
    public required string Name { get; init; }

    /// <summary>relkind: r for a table, p for a partitioned one.</summary>
    public required char Kind { get; init; }

    /// <summary>relpersistence: p, u or t.</summary>
    public required char Persistence { get; init; }

    /// <summary>relreplident: d, n, f or i.</summary>
    public required char ReplicaIdentity { get; init; }

    /// <summary>Whether it takes part in inheritance that is no partitioning.</summary>
    public required bool Inherits { get; init; }

    /// <summary>A partition that is foreign or unlogged, as <c>schema.table</c>; null when there is none.</summary>
    public required string? StrangePartition { get; init; }

    public required bool HasRowSecurity { get; init; }

    public required long EstimatedRecords { get; init; }

    public required long EstimatedBytes { get; init; }

    /// <summary>In order of their numbers, generated ones too.</summary>
    public List<ColumnShape> Columns { get; } = [];

    public List<IndexShape> Indexes { get; } = [];

    public List<ForeignKey> ForeignKeys { get; } = [];
}
