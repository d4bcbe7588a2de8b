namespace Godwit.Core.Stores;

/// <summary>Why a batch is applied; decides what happens to the position and to conflicts.</summary>
public enum ApplyReason
{
    /// <summary>The next changes in order: the position moves with the data.</summary>
    Following,

    /// <summary>Records that verification proved different are written again: the position stays.</summary>
    Repair,

    /// <summary>A write that came to the fenced side after the fence: the position stays, newer records are not
    /// overwritten.</summary>
    LateWrite,
}
