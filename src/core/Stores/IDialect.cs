using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Core.Stores;

/// <summary>How a store says what tables are made of, so that a store of another family can take them over.</summary>
/// <remarks>A value travels as it is and is never converted: it fits a column when it comes back from there as the same
/// kind with the same bytes, so that one canonical digest proves both sides.</remarks>
public interface IDialect
{
    /// <summary>What one of this store's columns is for.</summary>
    NeutralType Neutral(ColumnSchema column);

    /// <summary>The type of a column that shall hold what another family keeps in such a column.</summary>
    string Native(NeutralType type);

    /// <summary>This store's name of a stream for a table's plain name.</summary>
    string StreamName(string table);

    /// <summary>A table's plain name for this store's name of its stream.</summary>
    string TableName(string stream);

    /// <summary>Why a table or a column cannot be called so here, for people; null when it can.</summary>
    string? Refusal(string name);

    /// <summary>Whether another family can tell records of this store apart by such a key, and by ranges of it where
    /// this store splits by it: equal and ordered as plain numbers and bytes are.</summary>
    bool SharesKey(ColumnSchema column);

    /// <summary>Whether such a column of this store orders the keys of another family as plain numbers and bytes
    /// are.</summary>
    bool HoldsKey(ColumnSchema column);

    /// <summary>Judges values for a column of this store, as far as that can be done without the store.</summary>
    ValueFit Fit(ColumnSchema column);

    /// <summary>Asks the store itself about values whose types only it understands. Changes nothing.</summary>
    /// <param name="schema">Of this store.</param>
    /// <param name="batch">Records of it; stays the caller's.</param>
    Task<IReadOnlyList<Misfit>> Try(StreamSchema schema, RecordBatch batch, CancellationToken cancellation);

    /// <summary>The statements that make tables here.</summary>
    SchemaModel Model(IReadOnlyList<TableDesign> tables);
}
