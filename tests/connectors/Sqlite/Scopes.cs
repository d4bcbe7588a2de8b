using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Tests.Connectors.Sqlite;

/// <summary>Which streams of a catalog are moved, and what of them.</summary>
internal static class Scopes
{
    internal static IReadOnlyList<ScopedStream> Everything(IReadOnlyList<StreamSchema> streams) =>
        [.. streams.Select((stream, i) => ScopedStream.Everything(i, stream))];

    /// <summary>Streams with a column "tenant", then those that refer to one that belongs; the catalog's order
    /// helps.</summary>
    internal static Func<IReadOnlyList<StreamSchema>, IReadOnlyList<ScopedStream>> OfTenant(Key tenant) => streams =>
    {
        var scoped = new List<ScopedStream>();
        foreach (var stream in streams)
        {
            if (stream.ColumnNamed("tenant") is >= 0 and var column)
                scoped.Add(ScopedStream.ByColumn(scoped.Count, stream, column, tenant));
            else if (stream.ForeignKeys.FirstOrDefault(key =>
                scoped.Exists(one => one.Schema.Name == key.Parent)) is { } path)
                scoped.Add(ScopedStream.ByParent(
                    scoped.Count, stream, scoped.Find(one => one.Schema.Name == path.Parent)!, path));
        }
        return scoped;
    };
}
