namespace Godwit.Core.Schemas;

/// <summary>One column of a stream, as the store declares it.</summary>
/// <param name="Name">As the store spells it.</param>
/// <param name="Type">The store's own type text; compared between equal stores, mapped between unlike ones.</param>
/// <param name="Nullable">Whether the store lets it be null.</param>
/// <param name="Collation">Name of the collation that orders and compares it; null for plain bytes.</param>
/// <param name="Role">Whether Godwit writes it.</param>
public sealed record ColumnSchema(
    string Name, string Type, bool Nullable, string? Collation = null, ColumnRole Role = ColumnRole.Stored)
{
    /// <summary>Whether decimals travel as Integer and Real values, for another side that knows no decimals, and not as
    /// the store's own text. A decimal that neither can hold exactly stays text.</summary>
    public bool AsNumbers { get; init; }
}
