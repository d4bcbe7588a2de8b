namespace Godwit.Connectors.Files.Walking;

/// <summary>Key order: name by name, bytewise, so that a directory is followed by all that is in it.</summary>
/// <remarks>It is the order of plain bytes with '/' below every other byte. The root is the empty path and comes
/// first.</remarks>
internal static class PathOrder
{
    internal static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
            return left.Length.CompareTo(right.Length);
        return Rank(left[common]).CompareTo(Rank(right[common]));
    }

    /// <summary>Whether a path is another one or lies below it.</summary>
    internal static bool IsWithin(ReadOnlySpan<byte> path, ReadOnlySpan<byte> directory) =>
        directory.IsEmpty
        || (path.StartsWith(directory) && (path.Length == directory.Length || path[directory.Length] == (byte)'/'));

    /// <summary>The path of the directory that holds an entry, and the entry's name in it.</summary>
    internal static ReadOnlySpan<byte> Parent(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> name)
    {
        var slash = path.LastIndexOf((byte)'/');
        name = path[(slash + 1)..];
        return slash < 0 ? [] : path[..slash];
    }

    /// <summary>A directory's path and a name in it.</summary>
    internal static byte[] Join(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name) =>
        directory.IsEmpty ? name.ToArray() : [.. directory, (byte)'/', .. name];

    private static int Rank(byte one) => one == (byte)'/' ? 0 : one;
}
