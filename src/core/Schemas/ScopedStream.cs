using Godwit.Core.Records;

namespace Godwit.Core.Schemas;

/// <summary>A stream together with the rule that says which of its records are moved.</summary>
/// <remarks>
/// Scopes form a forest: a stream scoped by its parent has a <see cref="Parent"/> that comes earlier in the plan, up to
/// one that is scoped by a column. The same object is handed to both stores: each reads the rule with its own data,
/// so that the target judges its own records by its own parents.
/// </remarks>
public sealed class ScopedStream
{
    private ScopedStream(int number, StreamSchema schema, ScopeKind kind) =>
        (Number, Schema, Kind) = (number, schema, kind);

    /// <summary>Place in the plan, parents before children; names the stream in ledgers and journals.</summary>
    public int Number { get; }

    public StreamSchema Schema { get; }

    public ScopeKind Kind { get; }

    /// <summary>For <see cref="ScopeKind.ByColumn"/>: index of the tenant column.</summary>
    public int TenantColumn { get; private init; } = -1;

    /// <summary>For <see cref="ScopeKind.ByColumn"/>: the tenant's id as the column stores it; one value.</summary>
    public Key? Tenant { get; private init; }

    /// <summary>For <see cref="ScopeKind.ByParent"/>: the stream whose scope decides.</summary>
    public ScopedStream? Parent { get; private init; }

    /// <summary>For <see cref="ScopeKind.ByParent"/>: the foreign key to <see cref="Parent"/>.</summary>
    public ForeignKey? Path { get; private init; }

    public static ScopedStream Everything(int number, StreamSchema schema) =>
        new(number, schema, ScopeKind.Everything);

    public static ScopedStream ByColumn(int number, StreamSchema schema, int column, Key tenant) =>
        new(number, schema, ScopeKind.ByColumn) { TenantColumn = column, Tenant = tenant };

    public static ScopedStream ByParent(int number, StreamSchema schema, ScopedStream parent, ForeignKey path) =>
        new(number, schema, ScopeKind.ByParent) { Parent = parent, Path = path };

    public override string ToString() => Kind switch
    {
        ScopeKind.Everything => Schema.Name,
        ScopeKind.ByColumn => $"{Schema.Name} where {Schema.Columns[TenantColumn].Name} = {Tenant}",
        ScopeKind.ByParent => $"{Schema.Name} by {string.Join(", ", Path!.Columns)} of {Parent!.Schema.Name}",
        _ => throw new InvalidOperationException($"Scope kind {Kind}."),
    };
}
