using Godwit.Core.Problems;

namespace Godwit.Tests.Simulation;

/// <summary>What a memory store complains about. Simulated: these codes have no pages.</summary>
internal static class MemoryProblems
{
    internal static GodwitException Hiccup(string where) => new(new Problem(
        "GW-MEM-001", $"{where} failed.", "The dice said so.", "Try again.", Recovery.Retry));

    internal static GodwitException CaptureLost(string database) => new(new Problem(
        "GW-MEM-002", $"The capture at {database} is gone.", "Somebody removed it.", "Start over.", Recovery.Stop));

    internal static GodwitException InTheWay(string table, string key) => new(new Problem(
        "GW-MEM-003",
        $"{table} has a record {key} that belongs to somebody else.",
        "Both sides gave out the same key.",
        "Renumber one of the two.",
        Recovery.Stop));

    internal static GodwitException OtherDefinition(string table) => new(new Problem(
        "GW-MEM-004",
        $"{table} is defined differently at the target.",
        "It was made by hand.",
        "Make the definitions equal.",
        Recovery.Stop));

    internal static GodwitException OutOfTurn(string database) => new(new Problem(
        "GW-MEM-006", $"A batch came to {database} out of turn.", "The one before is not there.", "Try again.",
        Recovery.Retry));

    internal static GodwitException NoSuchTable(string table) => new(new Problem(
        "GW-MEM-005", $"There is no table {table}.", "It was dropped.", "Create it.", Recovery.Stop));
}
