namespace Godwit.Connectors.Files.Fencing;

/// <summary>What to do with an entry that is in the way of a record.</summary>
internal enum Conflict
{
    /// <summary>The record replaces it.</summary>
    Replace,

    /// <summary>The entry stays, and the record waits: the batch is not done.</summary>
    LeaveIt,

    /// <summary>The entry stays, and the record goes beside it under another name.</summary>
    PutBeside,
}
