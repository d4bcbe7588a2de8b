using Godwit.Connectors.Files.Kernel;

namespace Godwit.Connectors.Files.Walking;

/// <summary>Keeps the sorted listings of very large directories, so that a directory of a million files that makes many
/// chunks is not listed for each of them.</summary>
/// <remarks>A listing is used again only while the directory's times say that no name came or went since it was
/// taken.</remarks>
internal sealed class ListingCache
{
    private const int WorthKeeping = 20_000;
    private const int Most = 2;

    /// <summary>A change so soon before the listing may carry the same time stamp as one after it.</summary>
    private const long Settled = 50_000_000;

    private readonly Lock _lock = new();
    private readonly List<Kept> _kept = [];

    internal DirectoryListing List(int directory, bool isRoot, ReadOnlySpan<byte> path)
    {
        var result = Posix.Status(directory, out var before);
        if (result < 0)
            throw FilesProblems.From(result, "look at", path);
        lock (_lock)
        {
            var found = _kept.Find(one => one.Status.IsSameVersion(before));
            if (found is not null)
                return found.Listing;
        }
        var now = Posix.FileClock();
        var listing = DirectoryListing.Read(directory, isRoot, path);
        if (listing.Count >= WorthKeeping && before.Changed < now - Settled)
            Keep(new Kept(before, listing));
        return listing;
    }

    private void Keep(Kept one)
    {
        lock (_lock)
        {
            _kept.RemoveAll(old => old.Status.Identity == one.Status.Identity);
            if (_kept.Count == Most)
                _kept.RemoveAt(0);
            _kept.Add(one);
        }
    }

    private sealed record Kept(FileStatus Status, DirectoryListing Listing);
}
