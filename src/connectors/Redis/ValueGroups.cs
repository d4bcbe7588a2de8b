namespace Godwit.Connectors.Redis;

/// <summary>Values that are asked for together, by what they take at the server.</summary>
internal static class ValueGroups
{
    /// <summary>A group takes no more bytes there, unless it is one value alone.</summary>
    internal const long MostBytes = 4 << 20;

    /// <summary>Groups of items in their order; none is empty.</summary>
    internal static IEnumerable<List<T>> Of<T>(IEnumerable<(T Item, long Bytes)> items)
    {
        var (group, all) = (new List<T>(), 0L);
        foreach (var (item, bytes) in items)
        {
            if (group.Count > 0 && all + bytes > MostBytes)
            {
                yield return group;
                (group, all) = ([], 0L);
            }
            group.Add(item);
            all += bytes;
        }
        if (group.Count > 0)
            yield return group;
    }
}
