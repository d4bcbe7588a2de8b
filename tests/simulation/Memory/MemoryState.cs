using System.Collections.Immutable;
using Godwit.Core.Records;

namespace Godwit.Tests.Simulation;

/// <summary>All tables at one moment. Never changes: a snapshot is a reference.</summary>
internal sealed class MemoryState
{
    private readonly ImmutableDictionary<string, ImmutableSortedDictionary<Key, Row>> _tables;

    private MemoryState(ImmutableDictionary<string, ImmutableSortedDictionary<Key, Row>> tables) => _tables = tables;

    internal static MemoryState Empty { get; } =
        new(ImmutableDictionary.Create<string, ImmutableSortedDictionary<Key, Row>>(StringComparer.OrdinalIgnoreCase));

    internal ImmutableSortedDictionary<Key, Row> Table(string name) =>
        _tables.TryGetValue(name, out var table)
            ? table
            : throw new InvalidOperationException($"There is no table {name}.");

    internal Row? Find(string table, Key key) => Table(table).GetValueOrDefault(key);

    internal MemoryState Create(string table, KeyOrder order) =>
        _tables.ContainsKey(table)
            ? this
            : new MemoryState(_tables.Add(table, ImmutableSortedDictionary.Create<Key, Row>(order)));

    internal MemoryState With(IEnumerable<RowWrite> writes)
    {
        var tables = _tables;
        foreach (var write in writes)
        {
            var table = Table(tables, write.Table);
            table = write.Row is { } row ? table.SetItem(write.Key, row) : table.Remove(write.Key);
            tables = tables.SetItem(write.Table, table);
        }
        return new MemoryState(tables);
    }

    private static ImmutableSortedDictionary<Key, Row> Table(
        ImmutableDictionary<string, ImmutableSortedDictionary<Key, Row>> tables, string name) =>
        tables.TryGetValue(name, out var table)
            ? table
            : throw new InvalidOperationException($"There is no table {name}.");
}
