using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Tests.Simulation;

/// <summary>Which records in scope a transaction touched: those it wrote, and those that came or went with their
/// parents.</summary>
internal static class Touches
{
    internal static IReadOnlyList<Image> Of(MemoryTransaction transaction, IReadOnlyList<ScopedStream> streams)
    {
        var images = new List<Image>();
        foreach (var stream in streams)
        {
            var written = transaction.Writes
                .Where(one => string.Equals(one.Table, stream.Schema.Name, StringComparison.OrdinalIgnoreCase))
                .Select(one => one.Key)
                .ToHashSet();
            foreach (var key in written.Concat(Carried(stream, written, transaction)))
            {
                var (before, after) =
                    (InScope(stream, key, transaction.Before), InScope(stream, key, transaction.After));
                if (before is not null || after is not null)
                    images.Add(new Image(stream, key, after, transaction.Number));
            }
        }
        return images;
    }

    internal static Row? InScope(ScopedStream stream, Key key, MemoryState state) =>
        state.Find(stream.Schema.Name, key) is { } row && ScopeRule.Includes(stream, row, state) ? row : null;

    /// <summary>Records that were not written but changed hands, because a parent did.</summary>
    private static IEnumerable<Key> Carried(ScopedStream stream, HashSet<Key> written, MemoryTransaction transaction)
    {
        if (stream.Kind != ScopeKind.ByParent || !IsAncestorWritten(stream, transaction))
            return [];
        var name = stream.Schema.Name;
        return transaction.Before.Table(name).Keys
            .Where(key => !written.Contains(key))
            .Where(key => (InScope(stream, key, transaction.Before) is null)
                != (InScope(stream, key, transaction.After) is null));
    }

    private static bool IsAncestorWritten(ScopedStream stream, MemoryTransaction transaction)
    {
        for (var parent = stream.Parent; parent is not null; parent = parent.Parent)
        {
            if (transaction.Writes.Any(one =>
                string.Equals(one.Table, parent.Schema.Name, StringComparison.OrdinalIgnoreCase)))
                return true;
        }
        return false;
    }
}
