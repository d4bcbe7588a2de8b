namespace Godwit.Engine.Verifying;

/// <summary>What a comparison says: never only two.</summary>
public enum Verdict
{
    /// <summary>Not known: the record is being written to, or the target has not got that far. Never good
    /// news.</summary>
    Undecided,
    Equal,

    /// <summary>Proved: the source's record stood still and the target holds another, or one of them holds
    /// none.</summary>
    Different,
}
