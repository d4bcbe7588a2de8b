namespace Godwit.Connectors.Redis.Commands;

/// <summary>Whether a command says when a key expires by the time that is left.</summary>
internal enum RelativeTtlFinding
{
    /// <summary>It does not: it can be sent on as it is.</summary>
    None,

    /// <summary>It does, and has been written anew with a point in time.</summary>
    Converted,

    /// <summary>It should, and what it says is no time.</summary>
    Malformed,
}
