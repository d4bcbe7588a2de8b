using Godwit.Connectors.PostgreSql.Schema;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>What a target must be able to do, and what there is in the way.</summary>
internal sealed class TargetCheck(PostgreSqlStore store)
{
    internal Task<IReadOnlyList<Problem>> Run(
        IReadOnlyList<ScopedStream> streams, ISnapshotSource? source, CancellationToken cancellation) =>
        store.Session.Do<IReadOnlyList<Problem>>(
        "check the target",
        async connection =>
        {
            var problems = new List<Problem>();
            var tables = (await SchemaReader.Read(connection, cancellation).ConfigureAwait(false))
                .ToDictionary(one => one.Name, StringComparer.Ordinal);
            if (!streams.Any(one => tables.ContainsKey(one.Schema.Name)))
                return problems;
            foreach (var stream in streams)
            {
                if (!tables.TryGetValue(stream.Schema.Name, out var table))
                    problems.Add(PostgreSqlProblems.NoTable(store.Opening.Shown, stream.Schema.Name));
                else if (Definition.Difference(stream.Schema.Definition, Definition.Of(table)) is { } difference)
                    problems.Add(
                        PostgreSqlProblems.Differs(store.Opening.Shown, stream.Schema.Name, difference));
            }
            return problems;
        },
        cancellation);
}
