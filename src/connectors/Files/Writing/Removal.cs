using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;

namespace Godwit.Connectors.Files.Writing;

/// <summary>Removes entries, directories with all that is in them, by descriptors only.</summary>
internal static class Removal
{
    /// <summary>Removes a path below the root.</summary>
    /// <returns>How many entries were removed; 0 when nothing was there.</returns>
    internal static long Remove(TreeRoot root, ReadOnlySpan<byte> path)
    {
        var directory = root.OpenDirectory(PathOrder.Parent(path, out var name));
        if (Errno.IsGone(directory))
            return 0;
        if (directory < 0)
            throw FilesProblems.From(directory, "open the directory of", path);
        try
        {
            return Remove(directory, name, path);
        }
        finally
        {
            _ = Posix.Close(directory);
        }
    }

    /// <summary>Removes a name in a held directory.</summary>
    /// <param name="keep">Says which entries stay; null to remove everything.</param>
    internal static long Remove(
        int directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path, KeepRule? keep = null) =>
        Remove(directory, name, path, keep, 0);

    /// <summary>Whether an entry that is no directory stays.</summary>
    internal delegate bool KeepRule(ReadOnlySpan<byte> path, in FileStatus status);

    private static long Empty(
        int parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path, KeepRule? keep, int depth)
    {
        if (depth > TreeWalk.Deepest)
            throw FilesProblems.TooDeep(path, TreeWalk.Deepest);
        var directory = Posix.Open(parent, name, OpenFlags.HeldDirectory);
        if (Errno.IsGone(directory))
            return 0;
        if (directory < 0)
            throw FilesProblems.From(directory, "open the directory", path);
        try
        {
            var listing = DirectoryListing.ReadAll(directory, path);
            var removed = 0L;
            for (var i = 0; i < listing.Count; i++)
                removed += Remove(directory, listing[i], PathOrder.Join(path, listing[i]), keep, depth + 1);
            return removed;
        }
        finally
        {
            _ = Posix.Close(directory);
        }
    }

    private static long Remove(
        int directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path, KeepRule? keep, int depth)
    {
        if (keep is not null && Posix.Status(directory, name, out var status) >= 0
            && status.Kind != EntryKind.Directory && keep(path, status))
            return 0;
        var result = Posix.Unlink(directory, name);
        if (result >= 0)
            return 1;
        if (Errno.IsGone(result))
            return 0;
        if (result != -Errno.IsADirectory)
            throw FilesProblems.From(result, "remove", path);
        var removed = Empty(directory, name, path, keep, depth);
        result = Posix.UnlinkDirectory(directory, name);
        var holdsWhatStays = keep is not null && result == -Errno.NotEmpty;
        if (result < 0 && !holdsWhatStays && !Errno.IsGone(result))
            throw FilesProblems.From(result, "remove the directory", path);
        return removed + (result < 0 ? 0 : 1);
    }
}
