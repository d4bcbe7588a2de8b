using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>How keys as rows are said to stores of tables: every column is text, and keys are told apart by their
/// bytes.</summary>
internal sealed class KeyTableDialect : IDialect
{
    internal const string Text = "text";

    public NeutralType Neutral(ColumnSchema column) => new(NeutralKind.Text);

    public string Native(NeutralType type) => Text;

    public string StreamName(string table) => table;

    public string TableName(string stream) => stream;

    public string? Refusal(string name) => null;

    public bool SharesKey(ColumnSchema column) => true;

    public bool HoldsKey(ColumnSchema column) => true;

    /// <summary>Nothing comes back.</summary>
    public ValueFit Fit(ColumnSchema column) => (_, _, _) => null;

    public Task<IReadOnlyList<Misfit>> Try(
        StreamSchema schema, RecordBatch batch, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Misfit>>([]);

    public SchemaModel Model(IReadOnlyList<TableDesign> tables) => SchemaModel.None(KeyTable.Family);
}
