namespace Godwit.Engine.Planning;

/// <summary>What a run does after the copy.</summary>
public enum MigrationMode
{
    /// <summary>Copy, take over what changed meanwhile, verify, remove everything installed, end.</summary>
    Full,

    /// <summary>As full, but capture stays: the next run brings only what changed since the last.</summary>
    Incremental,

    /// <summary>Copy, then follow until cutover and beyond.</summary>
    Hybrid,
}
