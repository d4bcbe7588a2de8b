using Godwit.Core.Schemas;

namespace Godwit.Engine.Planning;

/// <summary>Puts parents before children, by foreign keys; where keys go in a circle, by scope, then by name.</summary>
internal static class StreamOrder
{
    /// <param name="streams">What to order.</param>
    /// <param name="mustFollow">For a stream's name the one that must come before it in any case; null for
    /// none.</param>
    internal static IReadOnlyList<StreamSchema> ParentsFirst(
        IReadOnlyList<StreamSchema> streams, Func<string, string?> mustFollow)
    {
        var waiting = streams.OrderBy(one => one.Name, StringComparer.Ordinal).ToList();
        var ordered = new List<StreamSchema>(waiting.Count);
        while (waiting.Count > 0)
        {
            var next = waiting.Find(one => !WaitsForAny(one, waiting))
                ?? waiting.Find(one => mustFollow(one.Name) is not { } parent || !Has(waiting, parent, one))
                ?? throw new InvalidOperationException("Scopes go in a circle.");
            waiting.Remove(next);
            ordered.Add(next);
        }
        return ordered;
    }

    private static bool WaitsForAny(StreamSchema stream, List<StreamSchema> waiting) =>
        stream.ForeignKeys.Any(key => Has(waiting, key.Parent, stream));

    private static bool Has(List<StreamSchema> waiting, string name, StreamSchema but) =>
        waiting.Exists(one => one != but && string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase));
}
