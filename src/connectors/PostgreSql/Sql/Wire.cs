using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Sql;

/// <summary>How the values of a column travel between the server and a record batch.</summary>
/// <remarks>
/// Numbers that a batch can hold, text and bytes travel in the server's binary form; everything else as the server's
/// own text, which is exact for every type under the settings of <see cref="PostgreSqlSession"/>.
/// </remarks>
internal sealed class Wire
{
    internal static readonly Wire Int2 = new("bigint", isInteger: true);
    internal static readonly Wire Int4 = new("bigint", isInteger: true);
    internal static readonly Wire Int8 = new("bigint", isInteger: true);
    internal static readonly Wire Float4 = new("text", isInteger: false);
    internal static readonly Wire Float8 = new("text", isInteger: false);
    internal static readonly Wire Bool = new("bigint", isInteger: true);
    internal static readonly Wire Utf8 = new("text", isInteger: false);
    internal static readonly Wire Bytea = new("text", isInteger: false);

    /// <summary>The column is cast to text by the query that reads it.</summary>
    internal static readonly Wire Cast = new("text", isInteger: false);

    /// <summary>As <see cref="Cast"/>; the cast takes off the spaces with which the log tells a value.</summary>
    internal static readonly Wire Padded = new("text", isInteger: false);

    /// <summary>As <see cref="Cast"/>, and the text is taken as a number where that is exact.</summary>
    internal static readonly Wire Number = new("text", isInteger: false);

    private Wire(string array, bool isInteger) => (ArrayType, IsInteger) = (array, isInteger);

    /// <summary>Element type of the array in which keys of this column are handed to the server.</summary>
    internal string ArrayType { get; }

    internal bool IsInteger { get; }

    internal static Wire Of(ColumnSchema column) => column.AsNumbers ? Number : column.Type switch
    {
        "smallint" => Int2,
        "integer" => Int4,
        "bigint" => Int8,
        "real" => Float4,
        "double precision" => Float8,
        "boolean" => Bool,
        "bytea" => Bytea,
        "text" or "character varying" => Utf8,
        var type when type.StartsWith("character varying(", StringComparison.Ordinal) => Utf8,
        "character" => Padded,
        var type when type.StartsWith("character(", StringComparison.Ordinal) => Padded,
        _ => Cast,
    };

    internal static IReadOnlyList<Wire> Of(IEnumerable<ColumnSchema> columns) => [.. columns.Select(Of)];

    /// <summary>How the column is selected so that it travels like this.</summary>
    internal static string Select(ColumnSchema column, string row)
    {
        var value = $"{row}.{Quote.Name(column.Name)}";
        // A cast of this type to text takes blanks from the end, and nothing brings them back.
        if (column.Type == "bpchar")
            return $"textin(bpcharout({value}))";
        var wire = Of(column);
        return wire == Cast || wire == Padded || wire == Number ? $"{value}::text" : value;
    }
}
