namespace Godwit.Connectors.Files.Walking;

/// <summary>One directory on the path of a walk.</summary>
internal sealed class WalkFrame(int directory, DirectoryListing listing, int nameStart)
{
    internal int Directory { get; } = directory;

    internal DirectoryListing Listing { get; } = listing;

    /// <summary>Where in the walk's path the names of this directory begin.</summary>
    internal int NameStart { get; } = nameStart;

    internal int Next { get; set; }
}
