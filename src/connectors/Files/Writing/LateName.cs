using System.Text;
using Godwit.Connectors.Files.Kernel;

namespace Godwit.Connectors.Files.Writing;

/// <summary>A name beside an entry for a version of it that was written too late: <c>NAME.godwit-late-1</c>.</summary>
internal static class LateName
{
    private const int LongestName = 255;

    /// <summary>Moves a complete entry to the first such name that is free.</summary>
    /// <returns>The name; null when the same version lies there already.</returns>
    internal static byte[]? Take(int directory, ReadOnlySpan<byte> temporary, ReadOnlySpan<byte> name)
    {
        if (Posix.Status(directory, temporary, out var fresh) < 0)
            return null;
        for (var number = 1; ; number++)
        {
            var suffix = Encoding.ASCII.GetBytes($".godwit-late-{number}");
            byte[] late = [.. name[..Math.Min(name.Length, LongestName - suffix.Length)], .. suffix];
            var result = Posix.RenameUnlessTaken(directory, temporary, directory, late);
            if (result >= 0)
                return late;
            if (result != -Errno.Exists)
                throw FilesProblems.From(result, "put a late version at", late);
            if (Posix.Status(directory, late, out var there) >= 0
                && there.Size == fresh.Size && there.Modified == fresh.Modified)
                return null;
        }
    }
}
