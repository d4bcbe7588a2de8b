namespace Godwit.Cli.Demo.Traffic;

/// <summary>What an application does about the files that it deleted just before the route changed.</summary>
internal enum Deletions
{
    /// <summary>Nothing: Godwit sees them while it runs, and carries them over.</summary>
    Once,

    /// <summary>It deletes them again at the new place: Godwit may have been dead when they were deleted, and what is
    /// not there any more leaves no trace.</summary>
    RepeatedAfterSwitch,
}
