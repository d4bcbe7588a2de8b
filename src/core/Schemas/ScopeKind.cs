namespace Godwit.Core.Schemas;

/// <summary>How it is decided which records of a stream belong to the migration.</summary>
public enum ScopeKind
{
    /// <summary>All of them.</summary>
    Everything,

    /// <summary>Those whose tenant column holds the tenant's id.</summary>
    ByColumn,

    /// <summary>Those whose parent, by one foreign key, belongs to the migration.</summary>
    ByParent,
}
