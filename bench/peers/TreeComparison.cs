namespace Godwit.Bench.Peers;

/// <summary>Looks at both trees byte by byte.</summary>
internal static class TreeComparison
{
    private const string GodwitsOwn = "_godwit_";

    /// <summary>Files that are missing, more or different (content, time of change) at the target.</summary>
    internal static long CountWrong(string source, string target)
    {
        var (here, there) = (Files(source), Files(target));
        var different = here.Intersect(there).Count(
            path => IsDifferent(Path.Combine(source, path), Path.Combine(target, path)));
        return here.Except(there).Count() + there.Except(here).Count() + different;
    }

    private static HashSet<string> Files(string root) => !Directory.Exists(root) ? [] :
    [
        .. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path))
            .Where(path => !path.StartsWith(GodwitsOwn, StringComparison.Ordinal)),
    ];

    private static bool IsDifferent(string left, string right)
    {
        if (File.GetLastWriteTimeUtc(left) != File.GetLastWriteTimeUtc(right))
            return true;
        using var one = File.OpenRead(left);
        using var other = File.OpenRead(right);
        Span<byte> here = new byte[1 << 16], there = new byte[1 << 16];
        while (true)
        {
            var read = one.ReadAtLeast(here, here.Length, throwOnEndOfStream: false);
            var also = other.ReadAtLeast(there, there.Length, throwOnEndOfStream: false);
            if (!here[..read].SequenceEqual(there[..also]))
                return true;
            if (read == 0)
                return false;
        }
    }
}
