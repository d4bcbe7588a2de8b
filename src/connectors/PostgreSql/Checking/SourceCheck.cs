using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>What a source must be able to do. What only may become a trouble is told too, and stops nobody.</summary>
internal sealed class SourceCheck(PostgreSqlStore store)
{
    private string Shown => store.Opening.Shown;

    internal Task<IReadOnlyList<Problem>> Run(
        IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        store.Session.Do<IReadOnlyList<Problem>>(
        "check the source",
        async connection =>
        {
            var facts = await ServerFacts
                .Read(connection, store.Names, store.Own.Major, cancellation).ConfigureAwait(false);
            return
            [
                .. OfServer(facts),
                .. RightsCheck.OfServer(Shown, facts),
                .. await RightsCheck.OfTables(Shown, connection, streams, cancellation).ConfigureAwait(false),
                .. streams.Where(one => one.Kind == ScopeKind.ByParent && !IsByKey(one)).Select(one =>
                    PostgreSqlProblems.Unmovable(
                        one.Schema.Name, $"It refers to {one.Parent!.Schema.Name} by something else than its key")),
            ];
        },
        cancellation);

    private IEnumerable<Problem> OfServer(ServerFacts facts)
    {
        if (store.Own.Major < 14)
            yield return PostgreSqlProblems.TooOld(Shown, store.Own.Major);
        if (facts.WalLevel != "logical")
            yield return PostgreSqlProblems.NotLogical(Shown, facts.WalLevel, Recovery.Stop);
        if (facts.FreeSlots < 1)
            yield return PostgreSqlProblems.NothingFree(Shown, "max_replication_slots");
        if (facts.FreeSenders < 1)
            yield return PostgreSqlProblems.NothingFree(Shown, "max_wal_senders");
        if (facts.PreparedTransactions > 0 || facts.LongTransactions.Length > 0)
            yield return PostgreSqlProblems.SlotWillWait(Shown, facts.PreparedTransactions, facts.LongTransactions);
        if (facts.SlotLimit != "-1")
            yield return PostgreSqlProblems.SlotIsLimited(Shown, facts.SlotLimit);
        if (facts.LargeObjects > 0)
            yield return PostgreSqlProblems.LargeObjects(Shown, facts.LargeObjects);
    }

    private static bool IsByKey(ScopedStream stream) =>
        KeySql.Columns(stream.Parent!.Schema).Select(one => one.Name).Order(StringComparer.Ordinal)
            .SequenceEqual(stream.Path!.ParentColumns.Order(StringComparer.Ordinal), StringComparer.Ordinal);
}
