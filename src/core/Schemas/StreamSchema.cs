namespace Godwit.Core.Schemas;

/// <summary>One table, key space, directory tree or queue: its name, columns, keys and size.</summary>
public sealed record StreamSchema
{
    /// <summary>As the store spells it; unique within the store.</summary>
    public required string Name { get; init; }

    /// <summary>In the order in which batches carry them. Generated columns are not among them.</summary>
    public required IReadOnlyList<ColumnSchema> Columns { get; init; }

    /// <summary>Indexes into <see cref="Columns"/> of the key, in key order. Never empty.</summary>
    public required IReadOnlyList<int> KeyColumns { get; init; }

    public IReadOnlyList<ForeignKey> ForeignKeys { get; init; } = [];

    public IReadOnlyList<UniqueKey> UniqueKeys { get; init; } = [];

    /// <summary>Estimates from the catalog; used for chunk sizes, order and progress, never for decisions about
    /// data.</summary>
    public long EstimatedRecords { get; init; }

    /// <inheritdoc cref="EstimatedRecords"/>
    public long EstimatedBytes { get; init; }

    /// <summary>Everything about the definition that must match at a target that already has the stream, as
    /// text.</summary>
    public string Definition { get; init; } = "";

    public int ColumnNamed(string name)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (string.Equals(Columns[i].Name, name, StringComparison.OrdinalIgnoreCase))
                return i;
        }
        return -1;
    }

    public override string ToString() => Name;
}
