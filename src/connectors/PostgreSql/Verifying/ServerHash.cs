using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Verifying;

/// <summary>Expressions that hash a row called <c>t</c> to 64 bits in the server.</summary>
internal static class ServerHash
{
    // Equal means same bytes for these, and their hash is the same in every database.
    private static readonly string[] Exact =
        ["smallint", "integer", "bigint", "oid", "boolean", "uuid", "bytea", "date", "text", "character varying"];

    internal static string OfRecord(StreamSchema schema) =>
        $"hash_record_extended(ROW({string.Join(", ", schema.Columns.Select(Expression))}), 0)";

    internal static string OfText(StreamSchema schema) =>
        $"hashtextextended(ROW({KeySql.AllColumns(schema, "t")})::text COLLATE \"C\", 0)";

    private static string Expression(ColumnSchema column)
    {
        var name = $"t.{Quote.Name(column.Name)}";
        var plain = column.Type.Split('(')[0];
        return plain switch
        {
            "text" or "character varying" => $"{name} COLLATE \"C\"",
            _ when Exact.Contains(plain, StringComparer.Ordinal) => name,
            "numeric" => $"numeric_send({name})",
            "real" => $"float4send({name})",
            "double precision" => $"float8send({name})",
            "jsonb" => $"jsonb_send({name})",
            "timestamp without time zone" or "timestamp with time zone" or "timestamp" => name,
            _ => $"{name}::text COLLATE \"C\"",
        };
    }
}
