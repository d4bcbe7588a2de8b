using Godwit.Connectors.Sqlite.Schema;
using Godwit.Connectors.Sqlite.Verifying;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite;

/// <summary>How SQLite speaks with stores of other families.</summary>
internal sealed class SqliteDialect : IDialect
{
    public NeutralType Neutral(ColumnSchema column) => DeclaredType.Neutral(column.Type);

    // Decimals as text: a number of SQLite's would lose digits.
    public string Native(NeutralType type) => type.Kind switch
    {
        NeutralKind.Integer => "INTEGER",
        NeutralKind.Real => "REAL",
        NeutralKind.Boolean => "BOOLEAN",
        NeutralKind.Bytes => "BLOB",
        _ => "TEXT",
    };

    public string StreamName(string table) => table;

    public string TableName(string stream) => stream;

    public string? Refusal(string name) =>
        name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith(SqliteNames.Everyone, StringComparison.OrdinalIgnoreCase)
            ? "its name is reserved"
            : null;

    public bool SharesKey(ColumnSchema column) => column.Collation is null;

    public bool HoldsKey(ColumnSchema column) => column.Collation is null;

    public ValueFit Fit(ColumnSchema column) => ColumnFit.Of(column);

    public Task<IReadOnlyList<Misfit>> Try(
        StreamSchema schema, RecordBatch batch, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Misfit>>([]);

    public SchemaModel Model(IReadOnlyList<TableDesign> tables) => DesignWriter.Write(tables);
}
