using System.Security.Cryptography;

namespace Godwit.Tests.Journeys;

/// <summary>Every byte of a folder, to see whether anything was changed.</summary>
internal static class FolderPicture
{
    private static readonly string[] Passing = ["-shm", "-wal", ".lock"];

    /// <summary>One line an entry. Locks are left out, and what SQLite keeps beside a database that is open.</summary>
    public static string Of(string folder) => string.Join('\n', Lines(folder, "").Order(StringComparer.Ordinal));

    private static IEnumerable<string> Lines(string folder, string within)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            var path = within + entry.Name;
            if (entry.LinkTarget is { } target)
                yield return $"{path} -> {target}";
            else if (entry is FileInfo && !Passing.Any(end => path.EndsWith(end, StringComparison.Ordinal)))
                yield return $"{path} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(entry.FullName)))}";
            else if (entry is DirectoryInfo)
            {
                yield return path + "/";
                foreach (var inner in Lines(entry.FullName, path + "/"))
                    yield return inner;
            }
        }
    }
}
