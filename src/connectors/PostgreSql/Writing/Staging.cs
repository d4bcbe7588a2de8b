using System.Globalization;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>Temporary tables through which records and keys come: of each kind one for a stream, and one for each
/// choice of columns of which records are told in part.</summary>
internal static class Staging
{
    internal static string Name(ScopedStream stream, string kind) =>
        string.Create(CultureInfo.InvariantCulture, $"pg_temp._godwit_{kind}_{stream.Number}");

    /// <summary>A table with the stream's columns, and nothing that could refuse a value.</summary>
    internal static string Create(ScopedStream stream, string kind) =>
        Create(Name(stream, kind), stream.Schema.Columns);

    /// <summary>A table with some of the stream's columns.</summary>
    internal static string CreatePart(ScopedStream stream, string name, IEnumerable<int> columns) =>
        Create(name, columns.Select(index => stream.Schema.Columns[index]));

    /// <summary>A table with the values of the key as <c>k0, k1, …</c>.</summary>
    internal static string CreateKeys(ScopedStream stream, string kind) =>
        $"CREATE TEMP TABLE IF NOT EXISTS {Name(stream, kind)}"
        + $" ({string.Join(", ", KeySql.Columns(stream.Schema).Select((one, i) => $"k{i} {Type(one)}"))})"
        + " ON COMMIT DELETE ROWS";

    private static string Create(string name, IEnumerable<ColumnSchema> columns) =>
        $"CREATE TEMP TABLE IF NOT EXISTS {name} ({string.Join(", ", columns.Select(Column))}) ON COMMIT DELETE ROWS";

    private static string Column(ColumnSchema column) => $"{Quote.Name(column.Name)} {column.Type}";

    private static string Type(ColumnSchema column) => KeySql.HasEquality(column) ? column.Type : "text";
}
