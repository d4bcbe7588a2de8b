namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>One column of a table as SQLite describes it.</summary>
/// <param name="Name">As it is spelled.</param>
/// <param name="Type">As it is declared; may be empty.</param>
/// <param name="NotNull">Whether it is declared so, or the key forces it.</param>
/// <param name="Default">The default's expression.</param>
/// <param name="KeyPlace">Place in the primary key from 1; 0 when it is not in it.</param>
/// <param name="Generated">Whether the database computes it.</param>
/// <param name="Collation">What compares its text; BINARY by default.</param>
internal sealed record ColumnShape(
    string Name, string Type, bool NotNull, string? Default, int KeyPlace, bool Generated, string Collation);
