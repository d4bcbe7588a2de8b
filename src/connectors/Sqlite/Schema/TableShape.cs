using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>Everything about one table that moving its records depends on.</summary>
internal sealed record TableShape
{
    internal required string Name { get; init; }

    internal required string Sql { get; init; }

    internal required IReadOnlyList<ColumnShape> Columns { get; init; }

    internal required IReadOnlyList<IndexShape> Indexes { get; init; }

    internal required IReadOnlyList<ForeignKey> ForeignKeys { get; init; }

    internal required bool WithoutRowId { get; init; }

    internal required bool Strict { get; init; }

    /// <summary>Whether it is declared AUTOINCREMENT.</summary>
    internal required bool Automatic { get; init; }

    /// <summary>The column that is another name of the row number: an INTEGER PRIMARY KEY.</summary>
    internal ColumnShape? RowIdAlias { get; init; }

    /// <summary>How the row number can be called; null when there is none or columns hide all its names.</summary>
    internal string? RowIdName { get; init; }

    internal IEnumerable<ColumnShape> PrimaryKey =>
        Columns.Where(column => column.KeyPlace > 0).OrderBy(column => column.KeyPlace);

    internal ColumnShape? Column(string name) =>
        Columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase));
}
