using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>What a source must be able to do.</summary>
internal sealed class SourceCheck(PostgreSqlStore store)
{
    internal Task<IReadOnlyList<Problem>> Run(
        IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        store.Session.Do<IReadOnlyList<Problem>>(
        "check the source",
        async connection =>
        {
            var problems = new List<Problem>();
            var level = await Query.One(connection, "SHOW wal_level", cancellation).ConfigureAwait(false);
            if (level != "logical")
                problems.Add(PostgreSqlProblems.NotLogical(store.Opening.Shown, level!));
            problems.AddRange(streams
                .Where(one => one.Kind == ScopeKind.ByParent && !IsByKey(one))
                .Select(one => PostgreSqlProblems.Unmovable(
                    one.Schema.Name, $"It refers to {one.Parent!.Schema.Name} by something else than its key")));
            return problems;
        },
        cancellation);

    private static bool IsByKey(ScopedStream stream) =>
        KeySql.Columns(stream.Parent!.Schema).Select(one => one.Name).Order(StringComparer.Ordinal)
            .SequenceEqual(stream.Path!.ParentColumns.Order(StringComparer.Ordinal), StringComparer.Ordinal);
}
