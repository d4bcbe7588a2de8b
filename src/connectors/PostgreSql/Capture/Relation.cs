using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>How the log describes a followed table at the place that is being read.</summary>
internal sealed class Relation
{
    /// <param name="columns">In the order of the tuples.</param>
    /// <exception cref="KeyNotFoundException">A column that is needed is not told.</exception>
    internal Relation(ScopedStream stream, IReadOnlyList<string> columns)
    {
        Stream = stream;
        int Place(string name)
        {
            for (var i = 0; i < columns.Count; i++)
            {
                if (columns[i] == name)
                    return i;
            }
            throw new KeyNotFoundException(name);
        }
        Key = [.. stream.Schema.KeyColumns.Select(index => Place(stream.Schema.Columns[index].Name))];
        Wires = Wire.Of(KeySql.Columns(stream.Schema));
        Scratch = new RecordBatch(Key.Length);
        Tenant = stream.Kind == ScopeKind.ByColumn ? Place(stream.Schema.Columns[stream.TenantColumn].Name) : -1;
    }

    internal ScopedStream Stream { get; }

    /// <summary>Places of the key's columns in a tuple.</summary>
    internal int[] Key { get; }

    /// <summary>How the key's columns travel.</summary>
    internal IReadOnlyList<Wire> Wires { get; }

    /// <summary>For one key at a time, while it is taken out of a tuple.</summary>
    internal RecordBatch Scratch { get; }

    /// <summary>Place of the tenant's column; -1 when that does not decide.</summary>
    internal int Tenant { get; }
}
