namespace Godwit.Core.Schemas;

/// <summary>A table as one family shall make it: its stream and its outline in that family's words.</summary>
/// <param name="Schema">Names, types, nullability and key.</param>
/// <param name="Outline">Columns in the order of the schema's; parents by their names there.</param>
/// <param name="Types">What the columns are for at the source, in the same order.</param>
public sealed record TableDesign(StreamSchema Schema, TableOutline Outline, IReadOnlyList<NeutralType> Types);
