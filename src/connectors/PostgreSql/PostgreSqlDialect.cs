using System.Globalization;
using Godwit.Connectors.PostgreSql.Schema;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Connectors.PostgreSql.Verifying;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.PostgreSql;

/// <summary>How PostgreSQL speaks with stores of other families.</summary>
internal sealed class PostgreSqlDialect(PostgreSqlStore store) : IDialect
{
    private const string Public = "public";

    // NAMEDATALEN - 1: what is longer would be cut off without a word.
    private const int LongestName = 63;

    private static readonly string[] SystemColumns = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

    public NeutralType Neutral(ColumnSchema column) => Plain(column.Type) switch
    {
        "smallint" => new NeutralType(NeutralKind.Integer, 16),
        "integer" => new NeutralType(NeutralKind.Integer, 32),
        "bigint" => new NeutralType(NeutralKind.Integer, 64),
        "real" => new NeutralType(NeutralKind.Real, 32),
        "double precision" => new NeutralType(NeutralKind.Real, 64),
        "boolean" => new NeutralType(NeutralKind.Boolean),
        "numeric" => new NeutralType(NeutralKind.Decimal),
        "text" or "character varying" or "character" => new NeutralType(NeutralKind.Text),
        "bytea" => new NeutralType(NeutralKind.Bytes),
        "date" => new NeutralType(NeutralKind.Date),
        "time without time zone" => new NeutralType(NeutralKind.Time),
        "timestamp without time zone" => new NeutralType(NeutralKind.Timestamp),
        "timestamp with time zone" => new NeutralType(NeutralKind.TimestampWithZone),
        "uuid" => new NeutralType(NeutralKind.Uuid),
        "json" or "jsonb" => new NeutralType(NeutralKind.Json),
        _ => new NeutralType(NeutralKind.Other),
    };

    public string Native(NeutralType type) => type switch
    {
        { Kind: NeutralKind.Integer, Bits: <= 16 } => "smallint",
        { Kind: NeutralKind.Integer, Bits: <= 32 } => "integer",
        { Kind: NeutralKind.Integer } => "bigint",
        { Kind: NeutralKind.Real, Bits: <= 32 } => "real",
        { Kind: NeutralKind.Real } => "double precision",
        { Kind: NeutralKind.Boolean } => "boolean",
        { Kind: NeutralKind.Decimal } => "numeric",
        { Kind: NeutralKind.Bytes } => "bytea",
        _ => "text",
    };

    public string StreamName(string table) => $"{Public}.{table}";

    public string TableName(string stream)
    {
        var (schema, table) = Quote.Split(stream);
        return schema == Public ? table : $"{schema}_{table}";
    }

    public string? Refusal(string name) =>
        System.Text.Encoding.UTF8.GetByteCount(name) > LongestName
            ? string.Create(CultureInfo.InvariantCulture, $"its name is longer than {LongestName} bytes")
        : name.Contains('.', StringComparison.Ordinal) ? "its name holds a dot"
        : SystemColumns.Contains(name, StringComparer.Ordinal) ? "its name is taken by PostgreSQL itself"
        : null;

    // What has another order is never split; see PostgreSqlSnapshot.
    public bool SharesKey(ColumnSchema column) => !column.Nullable && KeySql.HasEquality(column);

    public bool HoldsKey(ColumnSchema column) => column.AsNumbers || Plain(column.Type) == "double precision"
        || Wire.Of(column) == Wire.Utf8 || IsOrderedPlainly(column);

    public ValueFit Fit(ColumnSchema column) => ColumnFit.Of(column);

    public Task<IReadOnlyList<Misfit>> Try(
        StreamSchema schema, RecordBatch batch, CancellationToken cancellation) =>
        new ValueProbe(store.Session, schema).Try(batch, cancellation);

    public SchemaModel Model(IReadOnlyList<TableDesign> tables) => DesignWriter.Write(tables);

    /// <summary>Whether a column's own order is the one of plain numbers and bytes, so that it can be split by
    /// it.</summary>
    internal static bool IsOrderedPlainly(ColumnSchema column) =>
        Wire.Of(column).IsInteger || column.Type is "uuid" or "bytea"
        || (Wire.Of(column) == Wire.Utf8 && column.Collation is null);

    /// <summary>A type without what is given in brackets: <c>numeric(10,2)</c> is <c>numeric</c>, but an array is no
    /// plain type.</summary>
    private static string Plain(string type)
    {
        var open = type.IndexOf('(', StringComparison.Ordinal);
        var close = type.IndexOf(')', StringComparison.Ordinal);
        return open < 0 || close < 0 ? type : type.Remove(open, close - open + 1);
    }
}
