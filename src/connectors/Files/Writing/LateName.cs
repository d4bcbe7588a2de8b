using System.Text;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;

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
            var late = Of(name, number);
            var result = Posix.RenameUnlessTaken(directory, temporary, directory, late);
            if (result >= 0)
                return late;
            if (result != -Errno.Exists)
                throw FilesProblems.From(result, "put a late version at", late);
            if (Posix.Status(directory, late, out var there) >= 0 && IsSame(there, fresh))
                return null;
        }
    }

    /// <summary>Whether this version of an entry lies beside it.</summary>
    internal static bool IsThere(TreeRoot root, ReadOnlySpan<byte> path, in FileStatus version)
    {
        var parent = PathOrder.Parent(path, out var name);
        for (var number = 1; ; number++)
        {
            if (root.Status(PathOrder.Join(parent, Of(name, number)), out var there) < 0)
                return false;
            if (IsSame(there, version))
                return true;
        }
    }

    private static bool IsSame(in FileStatus one, in FileStatus other) =>
        one.Size == other.Size && one.Modified == other.Modified;

    private static byte[] Of(ReadOnlySpan<byte> name, int number)
    {
        var suffix = Encoding.ASCII.GetBytes($".godwit-late-{number}");
        return [.. name[..Math.Min(name.Length, LongestName - suffix.Length)], .. suffix];
    }
}
