using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Tests.Simulation;

/// <summary>Reads the scope of streams with a store's own data.</summary>
internal static class ScopeRule
{
    internal static bool Includes(ScopedStream stream, Row row, MemoryState state) =>
        Of(stream, row, state) == Belonging.InScope;

    internal static Belonging Of(ScopedStream stream, Row row, MemoryState state)
    {
        switch (stream.Kind)
        {
            case ScopeKind.Everything:
                return Belonging.InScope;
            case ScopeKind.ByColumn:
                var tenant = row[stream.TenantColumn];
                return tenant == TenantOf(stream) ? Belonging.InScope
                    : tenant.Kind == ValueKind.Null ? Belonging.Orphan
                    : Belonging.Other;
            case ScopeKind.ByParent:
                return ParentOf(stream.Schema, stream.Path!, stream.Parent!.Schema, row, state) is { } parent
                    ? Of(stream.Parent!, parent.Row, state)
                    : Belonging.Orphan;
            default:
                throw new InvalidOperationException($"Scope kind {stream.Kind}.");
        }
    }

    /// <summary>The record that a foreign key names; null when it names none.</summary>
    internal static (Key Key, Row Row)? ParentOf(
        StreamSchema schema, ForeignKey path, StreamSchema parent, Row row, MemoryState state)
    {
        var values = path.Columns.Select(one => row[schema.ColumnNamed(one)]).ToArray();
        if (values.Any(one => one.Kind == ValueKind.Null))
            return null;
        var columns = path.ParentColumns.Select(parent.ColumnNamed).ToArray();
        if (columns.SequenceEqual(parent.KeyColumns))
            return KeyOf(values) is var named && state.Find(parent.Name, named) is { } found ? (named, found) : null;
        foreach (var (key, candidate) in state.Table(parent.Name))
        {
            if (columns.Index().All(one => candidate[one.Item] == values[one.Index]))
                return (key, candidate);
        }
        return null;
    }

    private static Key KeyOf(Cell[] values)
    {
        using var key = new RecordBatch(values.Length);
        Row.Of(values).AppendTo(key);
        return Key.Of(key, 0);
    }

    private static Cell TenantOf(ScopedStream stream)
    {
        using var tenant = stream.Tenant!.ToBatch();
        return Cell.At(tenant, 0, 0);
    }
}
