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
                .. RightsCheck.OfServer(Shown, store.Own.Major, facts),
                .. await CaptureCheck.Run(store, connection, facts, cancellation).ConfigureAwait(false),
                .. await ConnectionCheck.Run(Shown, connection, cancellation).ConfigureAwait(false),
                .. await RightsCheck.OfTables(Shown, connection, facts, streams, cancellation).ConfigureAwait(false),
                .. streams.Where(one => one.Kind == ScopeKind.ByParent && !IsByKey(one)).Select(one =>
                    PostgreSqlProblems.Unmovable(
                        one.Schema.Name, $"It refers to {one.Parent!.Schema.Name} by something else than its key")),
                .. streams.Count == 0 ? [] : await NeighbourCheck
                    .OfSource(Shown, connection, streams, cancellation).ConfigureAwait(false),
            ];
        },
        cancellation);

    private static bool IsByKey(ScopedStream stream) =>
        KeySql.Columns(stream.Parent!.Schema).Select(one => one.Name).Order(StringComparer.Ordinal)
            .SequenceEqual(stream.Path!.ParentColumns.Order(StringComparer.Ordinal), StringComparer.Ordinal);
}
