using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>Brings outlines of the source into the target's words.</summary>
internal static class Designs
{
    /// <param name="streams">The source's.</param>
    /// <param name="there">The same as the target says them.</param>
    /// <param name="outlines">Of the source, in the same order.</param>
    /// <param name="from">Of the source.</param>
    internal static IReadOnlyList<TableDesign> Of(
        IReadOnlyList<ScopedStream> streams, IReadOnlyList<ScopedStream> there, IReadOnlyList<TableOutline> outlines,
        IDialect from) =>
    [
        .. outlines.Select((outline, at) => new TableDesign(
            there[at].Schema, Of(streams, there, outline, at), [.. streams[at].Schema.Columns.Select(from.Neutral)])),
    ];

    /// <summary>Foreign keys that the target cannot have: their parent is not moved, its columns are of another type,
    /// or nothing makes them unique.</summary>
    internal static IEnumerable<ForeignKey> Lost(
        IReadOnlyList<ScopedStream> streams, IReadOnlyList<ScopedStream> there, TableOutline outline, int at) =>
        outline.References.Select(one => one.Key).Where(key => !CanHave(streams, there, key, at));

    private static TableOutline Of(
        IReadOnlyList<ScopedStream> streams, IReadOnlyList<ScopedStream> there, TableOutline outline, int at)
    {
        var (schema, said) = (streams[at].Schema, there[at].Schema);
        return outline with
        {
            Name = said.Name,
            Columns = [.. outline.Columns.Select((column, i) => column with { Name = said.Columns[i].Name })],
            Indexes =
            [
                .. outline.Indexes.Select(one => one with { Columns = Pairing.Names(one.Columns, schema, said) }),
            ],
            References =
            [
                .. outline.References.Where(one => CanHave(streams, there, one.Key, at))
                    .Select(one => one with { Key = Said(streams, there, one.Key, at) }),
            ],
        };
    }

    private static ForeignKey Said(
        IReadOnlyList<ScopedStream> streams, IReadOnlyList<ScopedStream> there, ForeignKey key, int at)
    {
        var parent = Parent(streams, key);
        return Pairing.Key(key, streams[at].Schema, there[at].Schema, streams[parent].Schema, there[parent].Schema);
    }

    private static bool CanHave(
        IReadOnlyList<ScopedStream> streams, IReadOnlyList<ScopedStream> there, ForeignKey key, int at)
    {
        var parent = Parent(streams, key);
        if (parent < 0 || key.Columns.Count != key.ParentColumns.Count)
            return false;
        var (child, other) = (streams[at].Schema, streams[parent].Schema);
        return IsUnique(other, key.ParentColumns) && key.Columns.Zip(key.ParentColumns).All(pair =>
            child.ColumnNamed(pair.First) is >= 0 and var left && other.ColumnNamed(pair.Second) is >= 0 and var right
            && there[at].Schema.Columns[left].Type == there[parent].Schema.Columns[right].Type);
    }

    private static bool IsUnique(StreamSchema schema, IReadOnlyList<string> columns) =>
        schema.UniqueKeys.Select(one => one.Columns)
            .Append([.. schema.KeyColumns.Select(at => schema.Columns[at].Name)])
            .Any(one => one.Count == columns.Count && columns.All(name =>
                one.Contains(name, StringComparer.OrdinalIgnoreCase)));

    private static int Parent(IReadOnlyList<ScopedStream> streams, ForeignKey key)
    {
        for (var i = 0; i < streams.Count; i++)
        {
            if (string.Equals(streams[i].Schema.Name, key.Parent, StringComparison.OrdinalIgnoreCase))
                return i;
        }
        return -1;
    }
}
