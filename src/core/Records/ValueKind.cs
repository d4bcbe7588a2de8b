namespace Godwit.Core.Records;

/// <summary>How one value is stored. The numbers reach disk (keys in journals, digests): append, never
/// change.</summary>
public enum ValueKind : byte
{
    Null = 0,
    Integer = 1,
    Real = 2,

    /// <summary>UTF-8 as the store holds it. Not validated: a store may hold bytes that are no valid UTF-8.</summary>
    Text = 3,
    Bytes = 4,
}
