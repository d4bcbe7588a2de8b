using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>Whether a server can tell its changes: a source from the beginning, a target after the cutover.</summary>
internal static class CaptureCheck
{
    internal static async Task<IReadOnlyList<Problem>> Run(
        PostgreSqlStore store, NpgsqlConnection connection, ServerFacts facts, CancellationToken cancellation)
    {
        var shown = store.Opening.Shown;
        return
        [
            .. OfServer(shown, facts),
            .. await OfSlot(shown, store.Names, connection, cancellation).ConfigureAwait(false),
        ];
    }

    private static IEnumerable<Problem> OfServer(string shown, ServerFacts facts)
    {
        if (facts.WalLevel != "logical")
            yield return PostgreSqlProblems.NotLogical(shown, facts.WalLevel);
        if (facts.FreeSlots < 1)
            yield return PostgreSqlProblems.NothingFree(shown, "max_replication_slots");
        if (facts.FreeSenders < 1)
            yield return PostgreSqlProblems.NothingFree(shown, "max_wal_senders");
        if (!facts.MayReplicate)
            yield return PostgreSqlProblems.MissingRight(
                shown, "read the log", $"ALTER ROLE {facts.User} REPLICATION;");
        if (facts.PreparedTransactions > 0 || facts.LongTransactions.Length > 0)
            yield return PostgreSqlProblems.SlotWillWait(shown, facts.PreparedTransactions, facts.LongTransactions);
        if (facts.SlotLimit != "-1")
            yield return PostgreSqlProblems.SlotIsLimited(shown, facts.SlotLimit);
        if (facts.IdleSlotLimit != "0")
            yield return CheckProblems.IdleSlots(shown, facts.IdleSlotLimit);
    }

    private static async Task<IEnumerable<Problem>> OfSlot(
        string shown, PostgreSqlNames names, NpgsqlConnection connection, CancellationToken cancellation)
    {
        var slot = (await Query.Rows(
            connection,
            $"""
            SELECT slot_type, coalesce(plugin, ''), coalesce(database, ''), database = current_database(), active_pid
            FROM pg_replication_slots WHERE slot_name = {Quote.Text(names.Slot)}
            """,
            cancellation).ConfigureAwait(false)).FirstOrDefault();
        if (slot is null)
            return [];
        return slot is [_, "pgoutput", _, "t", _]
            ? [CheckProblems.SlotIsThere(shown, names.Slot, slot[4])]
            : [CheckProblems.SlotTaken(shown, names.Slot, $"It is {slot[0]} {slot[1]} of database '{slot[2]}'.")];
    }
}
