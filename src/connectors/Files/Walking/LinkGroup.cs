namespace Godwit.Connectors.Files.Walking;

/// <summary>The paths of one file with several names, in key order, and the file's change time when that was found
/// out.</summary>
internal sealed record LinkGroup(long Changed)
{
    internal List<byte[]> Paths { get; } = [];

    /// <summary>The path that is the file; the others are links to it.</summary>
    internal byte[] First => Paths[0];

    internal bool Has(ReadOnlySpan<byte> path)
    {
        var (low, high) = (0, Paths.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = PathOrder.Compare(Paths[middle], path);
            if (order == 0)
                return true;
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return false;
    }
}
