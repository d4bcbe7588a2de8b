using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>Decides what tells the records of a table apart, and makes the stream that core speaks of.</summary>
internal static class KeyChoice
{
    /// <summary>The table as a stream; null when nothing can serve as its key.</summary>
    internal static StreamSchema? Stream(TableShape table)
    {
        var stored = table.Columns.Where(column => !column.Generated).ToArray();
        var key = KeyOf(table);
        if (key is null && table.RowIdName is null)
            return null;
        var columns = stored.Select(column => Column(table, column)).ToList();
        if (key is null)
            columns.Insert(0, new ColumnSchema(table.RowIdName!, "INTEGER", Nullable: false, null,
                ColumnRole.RowNumber));
        return new StreamSchema
        {
            Name = table.Name,
            Columns = columns,
            KeyColumns = key is null ? [0] : [.. key.Select(name => columns.FindIndex(column => column.Name == name))],
            ForeignKeys = table.ForeignKeys,
            UniqueKeys = [.. UniqueKeys(table)],
            Definition = DefinitionText.Of(table),
        };
    }

    /// <summary>The key's columns; null when only the row number can serve.</summary>
    private static string[]? KeyOf(TableShape table)
    {
        if (table.RowIdAlias is { } alias)
            return [alias.Name];
        var indexes = table.Indexes.Where(index => index.Unique && IsComparedLikeItsColumns(table, index)).ToArray();
        return Names(indexes.FirstOrDefault(index => index.OfPrimaryKey))
            ?? Names(indexes.FirstOrDefault(index => index.Terms.All(term => table.Column(term.Column!)!.NotNull)));
    }

    // Only then are "equal in a condition" and "the same entry of the index" one thing.
    private static bool IsComparedLikeItsColumns(TableShape table, IndexShape index) =>
        index.Where is null && index.Terms.All(term =>
            term.Column is not null && table.Column(term.Column) is { Generated: false } column
            && string.Equals(column.Collation, term.Collation, StringComparison.OrdinalIgnoreCase));

    private static string[]? Names(IndexShape? index) => index?.Terms.Select(term => term.Column!).ToArray();

    private static ColumnSchema Column(TableShape table, ColumnShape column) => new(
        column.Name, column.Type, !column.NotNull && column != table.RowIdAlias
            && !(table.WithoutRowId && column.KeyPlace > 0),
        string.Equals(column.Collation, "BINARY", StringComparison.OrdinalIgnoreCase) ? null : column.Collation);

    private static IEnumerable<UniqueKey> UniqueKeys(TableShape table) =>
        from index in table.Indexes
        where index.Unique && !index.OfPrimaryKey
        select new UniqueKey(
            index.GivenName(table.Name),
            index.Terms.All(term => term.Column is not null) ? [.. index.Terms.Select(term => term.Column!)] : []);
}
