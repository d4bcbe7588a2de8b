namespace Godwit.Tests.Simulation;

/// <summary>What a database told an application about its transaction.</summary>
public enum WriteOutcome
{
    Acknowledged,

    /// <summary>The fence was up; nothing was written.</summary>
    Refused,
}
