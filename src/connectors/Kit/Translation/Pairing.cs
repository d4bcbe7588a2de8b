using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>Says a stream of one family as a stream of another, and what speaks against it.</summary>
internal static class Pairing
{
    [Flags]
    private enum Travels
    {
        None = 0,
        Numbers = 1,
        Text = 2,
        Bytes = 4,
    }

    /// <summary>The stream as it would be made.</summary>
    internal static StreamSchema New(StreamSchema schema, string name, IDialect from, IDialect to) => schema with
    {
        Name = name,
        Columns = [.. schema.Columns.Select((column, at) => NewColumn(
            column, !schema.KeyColumns.Contains(at), from, to))],
        ForeignKeys = [],
        UniqueKeys = [.. schema.UniqueKeys.Where(one => one.Columns.Count > 0)],
        Definition = "",
    };

    /// <summary>The stream as the table that is there: its names and types, in the source's order.</summary>
    internal static StreamSchema Of(StreamSchema schema, StreamSchema found, IDialect to) => found with
    {
        Columns =
        [
            .. schema.Columns.Select((column, at) => found.ColumnNamed(column.Name) is >= 0 and var there
                ? Said(found.Columns[there], schema.KeyColumns.Contains(at), to)
                : column),
        ],
        KeyColumns = schema.KeyColumns,
        UniqueKeys =
        [
            .. found.UniqueKeys,
            .. schema.UniqueKeys.Where(one =>
                one.Columns.Count > 0 && found.UniqueKeys.All(key => key.Name != one.Name)),
        ],
        EstimatedRecords = schema.EstimatedRecords,
        EstimatedBytes = schema.EstimatedBytes,
    };

    /// <summary>A foreign key with the columns' names at the other side.</summary>
    internal static ForeignKey Key(
        ForeignKey key, StreamSchema child, StreamSchema childThere, StreamSchema parent,
        StreamSchema parentThere) => new(
        Names(key.Columns, child, childThere), parentThere.Name, Names(key.ParentColumns, parent, parentThere));

    /// <summary>The same columns by their names at the other side.</summary>
    internal static IReadOnlyList<string> Names(
        IEnumerable<string> columns, StreamSchema schema, StreamSchema there) =>
        [.. columns.Select(name => schema.ColumnNamed(name) is >= 0 and var at ? there.Columns[at].Name : name)];

    /// <summary>What makes a table at the target unfit to stand for a stream, for people.</summary>
    internal static IEnumerable<string> Differences(StreamSchema schema, StreamSchema found, IDialect from, IDialect to)
    {
        foreach (var column in schema.Columns)
        {
            if (found.ColumnNamed(column.Name) is not (>= 0 and var there))
                yield return $"only the source has the column {column.Name}";
            else if ((Way(from.Neutral(column)) & Way(to.Neutral(found.Columns[there]))) == Travels.None)
                yield return $"{column.Name} is {Shown(column)} at the source and"
                    + $" {Shown(found.Columns[there])} at the target";
        }
        foreach (var column in found.Columns.Where(one => schema.ColumnNamed(one.Name) < 0))
            yield return $"only the target has the column {column.Name}";
        var key = KeyNames(schema);
        if (!key.SetEquals(KeyNames(found)))
            yield return $"the key is ({string.Join(", ", key)}) at the source and"
                + $" ({string.Join(", ", KeyNames(found))}) at the target";
    }

    private static HashSet<string> KeyNames(StreamSchema schema) => schema.KeyColumns
        .Select(at => schema.Columns[at].Name).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static string Shown(ColumnSchema column) => column.Type.Length == 0 ? "without a type" : column.Type;

    private static ColumnSchema NewColumn(ColumnSchema column, bool mayBeNull, IDialect from, IDialect to) => Said(
        new ColumnSchema(column.Name, to.Native(from.Neutral(column)), column.Nullable && mayBeNull), false, to);

    // A key's text is ordered by its bytes, whatever the column says: HoldsKey has seen to it that it can be.
    private static ColumnSchema Said(ColumnSchema column, bool isKey, IDialect to) => column with
    {
        Collation = isKey ? null : column.Collation,
        Role = ColumnRole.Stored,
        AsNumbers = to.Neutral(column).Kind == NeutralKind.Decimal,
    };

    private static Travels Way(NeutralType type) => type.Kind switch
    {
        NeutralKind.Integer or NeutralKind.Real or NeutralKind.Boolean => Travels.Numbers,
        NeutralKind.Decimal => Travels.Numbers | Travels.Text,
        NeutralKind.Bytes => Travels.Bytes,
        NeutralKind.Other => Travels.Numbers | Travels.Text | Travels.Bytes,
        _ => Travels.Text,
    };
}
