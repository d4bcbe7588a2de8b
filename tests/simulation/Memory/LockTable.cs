using Godwit.Core.Schemas;

namespace Godwit.Tests.Simulation;

/// <summary>Row locks of transactions that are in the log but not yet visible.</summary>
/// <remarks>
/// Invariant: two transactions that are invisible at once touch no record in common, and neither a record that decides
/// whose the other's records are. So their order in the log and the order in which they become visible may differ.
/// </remarks>
internal sealed class LockTable(IReadOnlyDictionary<string, StreamSchema> schemas)
{
    private readonly Dictionary<ulong, RowLocks> _held = [];

    internal IEnumerable<ulong> Holders => _held.Keys;

    internal bool IsFree(RowLocks wanted) => !_held.Values.Any(wanted.Conflicts);

    internal void Hold(ulong transaction, RowLocks locks) => _held.Add(transaction, locks);

    internal void Release(ulong transaction) => _held.Remove(transaction);

    /// <summary>Exclusive: what is written. Shared: its parents, before and after, all the way up.</summary>
    internal RowLocks For(IReadOnlyList<RowWrite> writes, MemoryState state)
    {
        var locks = new RowLocks();
        var after = state.With(writes);
        foreach (var write in writes)
        {
            locks.Exclusive.Add((write.Table, write.Key));
            if (state.Find(write.Table, write.Key) is { } before)
                ShareParents(locks, schemas[write.Table], before, state);
            if (write.Row is { } now)
                ShareParents(locks, schemas[write.Table], now, after);
        }
        return locks;
    }

    private void ShareParents(RowLocks locks, StreamSchema schema, Row row, MemoryState state)
    {
        foreach (var path in schema.ForeignKeys)
        {
            var parent = schemas[path.Parent];
            if (ScopeRule.ParentOf(schema, path, parent, row, state) is not { } found
                || !locks.Shared.Add((parent.Name, found.Key)))
                continue;
            ShareParents(locks, parent, found.Row, state);
        }
    }
}
