using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Schema;

/// <summary>Makes a stream of a table: which columns are moved, and by which key records are told apart.</summary>
/// <remarks>
/// The key is what the log tells of a deleted row: the replica identity. It is the primary key unless the table says
/// otherwise; with REPLICA IDENTITY FULL it is the primary key, or else a unique key without nulls, or else the whole
/// row, and then rows that are equal are one record to the log and are moved together.
/// </remarks>
internal static class StreamChoice
{
    /// <returns>Null when its rows cannot be told apart.</returns>
    internal static StreamSchema? Stream(TableShape table)
    {
        if (Key(table) is not { } key)
            return null;
        var stored = table.Columns.Where(one => one.Generated.Length == 0).ToList();
        var columns = stored.Select(one => new ColumnSchema(one.Name, one.Type, !one.NotNull, Order(one))).ToList();
        return new StreamSchema
        {
            Name = table.Name,
            Columns = columns,
            KeyColumns = [.. key.Select(name => stored.FindIndex(one => one.Name == name))],
            ForeignKeys = table.ForeignKeys,
            UniqueKeys =
                [.. table.Indexes.Where(one => !one.IsPrimary).Select(one => new UniqueKey(one.Name, one.Columns))],
            EstimatedRecords = table.EstimatedRecords,
            EstimatedBytes = table.EstimatedBytes,
            Definition = Definition.Of(table),
        };
    }

    /// <summary>Null for plain bytes.</summary>
    private static string? Order(ColumnShape column) => column.Collation is "C" or "POSIX" ? null : column.Collation;

    /// <summary>Why its rows cannot be told apart; no sentence yet.</summary>
    internal static string WhyNone(TableShape table) => table.ReplicaIdentity switch
    {
        'n' => "It has REPLICA IDENTITY NOTHING",
        'd' when table.Indexes.Any(one => one.IsPrimary) => "Its primary key is DEFERRABLE, which is no identity",
        _ => "It has no primary key and no replica identity",
    };

    private static IReadOnlyList<string>? Key(TableShape table) => table.ReplicaIdentity switch
    {
        'i' => table.Indexes.FirstOrDefault(one => one.IsIdentity)?.Columns,
        'f' => Primary(table) ?? Unique(table) ?? Whole(table),
        'd' => Primary(table),
        _ => null,
    };

    private static IReadOnlyList<string>? Primary(TableShape table) =>
        table.Indexes.FirstOrDefault(one => one is { IsPrimary: true, IsWhole: true })?.Columns;

    private static IReadOnlyList<string>? Unique(TableShape table) =>
        table.Indexes.FirstOrDefault(one => one.IsWhole && one.Columns.All(name => IsNotNull(table, name)))?.Columns;

    private static List<string>? Whole(TableShape table)
    {
        var stored = table.Columns.Where(one => one.Generated.Length == 0).Select(one => one.Name).ToList();
        return stored.Count == 0 ? null : stored;
    }

    private static bool IsNotNull(TableShape table, string column) =>
        table.Columns.Any(one => one.Name == column && one is { NotNull: true, Generated: "" });
}
