namespace Godwit.Connectors.PostgreSql.Schema;

/// <summary>A column as the catalog describes it.</summary>
/// <param name="Number">attnum.</param>
/// <param name="Name">As written.</param>
/// <param name="Type">format_type.</param>
/// <param name="NotNull">Whether null is refused.</param>
/// <param name="Generated">Empty unless it is generated; then its expression.</param>
/// <param name="Identity">attidentity: a for always, d for by default, a space for none.</param>
/// <param name="Default">Its default as an expression; empty when there is none.</param>
/// <param name="Collation">Name of the collation; null for types without.</param>
internal sealed record ColumnShape(
    int Number, string Name, string Type, bool NotNull, string Generated, char Identity, string Default,
    string? Collation);
