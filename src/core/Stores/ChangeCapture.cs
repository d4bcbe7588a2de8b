namespace Godwit.Core.Stores;

/// <summary>What a source can tell about its changes.</summary>
public enum ChangeCapture
{
    /// <summary>Nothing: it can be copied, not followed.</summary>
    None,

    /// <summary>Which keys were touched; the present record is read by key.</summary>
    TouchedKeys,

    /// <summary>The record as each transaction left it, with the transaction.</summary>
    AfterImages,

    /// <summary>The operations themselves, in order: each may be carried out once only, on what all before it left. One
    /// snapshot comes before the first of them, and every chunk is a part of it.</summary>
    Operations,
}
