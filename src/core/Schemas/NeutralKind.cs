namespace Godwit.Core.Schemas;

/// <summary>What a column is for, in words that every family of tables understands.</summary>
public enum NeutralKind
{
    Integer,
    Real,
    Boolean,

    /// <summary>Decimal numbers of any size.</summary>
    Decimal,
    Text,
    Bytes,
    Date,
    Time,
    Timestamp,
    TimestampWithZone,
    Uuid,
    Json,

    /// <summary>Something that only its own family knows, or nothing in particular; travels as text.</summary>
    Other,
}
