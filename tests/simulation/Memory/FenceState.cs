using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Tests.Simulation;

/// <summary>One migration's fence as the database itself keeps it.</summary>
internal sealed class FenceState(IReadOnlyList<ScopedStream> streams)
{
    internal bool IsUp { get; set; }

    /// <summary>Whether a transaction would change the scope.</summary>
    internal bool Covers(IReadOnlyList<RowWrite> writes, MemoryState state)
    {
        var after = state.With(writes);
        return writes.Any(write => streams.Any(stream =>
            string.Equals(stream.Schema.Name, write.Table, StringComparison.OrdinalIgnoreCase)
            && (IsIn(stream, write.Key, state) || IsIn(stream, write.Key, after))));
    }

    private static bool IsIn(ScopedStream stream, Key key, MemoryState state) =>
        state.Find(stream.Schema.Name, key) is { } row && ScopeRule.Includes(stream, row, state);
}
