namespace Godwit.Tests.Simulation;

/// <summary>One entry of a database's log.</summary>
/// <param name="Number">Place in the log; also the transaction's id.</param>
/// <param name="At">Commit time.</param>
/// <param name="Mark">The migration whose Godwit wrote it; null for applications.</param>
/// <param name="Writes">In order, each key once.</param>
/// <param name="Before">Everything as the log had it before.</param>
/// <param name="After">Everything as the log has it from here on.</param>
internal sealed record MemoryTransaction(
    ulong Number,
    DateTimeOffset At,
    string? Mark,
    IReadOnlyList<RowWrite> Writes,
    MemoryState Before,
    MemoryState After);
