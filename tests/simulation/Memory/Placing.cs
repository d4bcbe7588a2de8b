using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Tests.Simulation;

/// <summary>Decides what may be forgotten and what may be taken at a target, and remembers what Godwit wrote
/// there.</summary>
internal sealed class Placing(TargetState target)
{
    private readonly HashSet<(int Stream, Key Key)> _written = [];
    private readonly HashSet<(int Stream, Key Key)> _forgotten = [];

    /// <summary>Forgets those of the keys that belong to the migration, then takes the rows.</summary>
    /// <exception cref="Godwit.Core.Problems.GodwitException">Somebody else's record is where a row has to
    /// go.</exception>
    internal IReadOnlyList<RowWrite> Replace(
        ScopedStream stream, IReadOnlyList<Key> keys, IReadOnlyDictionary<Key, Row> rows, MemoryState state)
    {
        var (table, writes) = (stream.Schema.Name, new List<RowWrite>());
        foreach (var key in keys.Where(key => !rows.ContainsKey(key) && IsOurs(stream, key, state) == true))
        {
            writes.Add(new RowWrite(table, key, null));
            _forgotten.Add((stream.Number, key));
        }
        foreach (var (key, row) in rows)
        {
            if (IsOurs(stream, key, state) == false)
                throw MemoryProblems.InTheWay(table, key.ToString());
            if (!row.Equals(state.Find(table, key)))
                writes.Add(new RowWrite(table, key, row));
            _written.Add((stream.Number, key));
        }
        return writes;
    }

    internal void Clear()
    {
        _written.Clear();
        _forgotten.Clear();
    }

    internal void Remember()
    {
        target.Written.ExceptWith(_forgotten);
        target.Written.UnionWith(_written);
    }

    /// <summary>Null when no record has the key.</summary>
    private bool? IsOurs(ScopedStream stream, Key key, MemoryState state)
    {
        if (state.Find(stream.Schema.Name, key) is not { } row)
            return null;
        return ScopeRule.Of(stream, row, state) switch
        {
            Belonging.InScope => true,
            Belonging.Orphan => target.Written.Contains((stream.Number, key)),
            _ => false,
        };
    }
}
