namespace Godwit.Core.Schemas;

/// <summary>Whether a column's values are moved or made by the store.</summary>
public enum ColumnRole
{
    /// <summary>Read, moved and written.</summary>
    Stored,

    /// <summary>Computed by the store from other columns: never moved, never written.</summary>
    Generated,

    /// <summary>The store's own row number, moved because the stream has no other key.</summary>
    RowNumber,
}
