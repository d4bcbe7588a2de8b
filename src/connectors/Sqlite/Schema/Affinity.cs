namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>What a column makes of values, by its declared type.</summary>
internal enum Affinity
{
    Blob,
    Text,
    Numeric,
    Integer,
    Real,
}
