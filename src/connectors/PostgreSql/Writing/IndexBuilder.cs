using System.Globalization;
using Godwit.Connectors.PostgreSql.Schema;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Schemas;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>Makes what slows a copy down, after it: indexes several at a time, the keys that are made of them, then
/// foreign keys, then the rest.</summary>
/// <remarks>
/// Chunks are read at different times, so for a while a child may be here without its parent: foreign keys come
/// unproved (NOT VALID), hold for new writes, and are proved at once where that works, otherwise when the migration is
/// finished.
/// </remarks>
internal sealed class IndexBuilder(PostgreSqlStore store)
{
    /// <summary>So many processes of the server work at most.</summary>
    internal const int AtOnce = 4;

    /// <summary>For each of them, so the server needs 256 MB at most.</summary>
    /// <remarks>A sort gets slower when it outgrows the processor's caches: at 256 MB it took a quarter more of the
    /// processor than at 64. With 64 MB up to 16 GB are merged in one pass.</remarks>
    private const int SortMegabytes = 64;

    internal async Task Build(
        IReadOnlyList<ScopedStream> streams, IReadOnlyList<DumpItem> items, CancellationToken cancellation)
    {
        await MakeIndexes(
            streams, [.. items.Where(one => one.Type is "INDEX" or "CONSTRAINT")], cancellation).ConfigureAwait(false);
        var foreignKeys = new ForeignKeyProof(store);
        foreach (var item in items.Where(one => one.Type == "FK CONSTRAINT"))
            await foreignKeys.Make(item, cancellation).ConfigureAwait(false);
        foreach (var item in items.Where(one => one.Type is not ("INDEX" or "CONSTRAINT" or "FK CONSTRAINT")))
            await Make(item.Sql, 1, cancellation).ConfigureAwait(false);
        await foreignKeys.TryAll(cancellation).ConfigureAwait(false);
    }

    private async Task MakeIndexes(
        IReadOnlyList<ScopedStream> streams, IReadOnlyList<DumpItem> items, CancellationToken cancellation)
    {
        var sizes = streams.ToDictionary(one => Quote.Table(one.Schema), one => one.Schema.EstimatedBytes);
        long SizeOf(DumpItem item) => sizes.FirstOrDefault(one => Mentions(item, one.Key)).Value;
        var constraints = await InTwoSteps(items, cancellation).ConfigureAwait(false);
        var each = Math.Max(1, AtOnce / Math.Max(1, items.Count));
        await Parallel.ForEachAsync(
            items.OrderByDescending(SizeOf),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (item, token) => await MakeIndex(
                streams, item, constraints.GetValueOrDefault(item)?.Index ?? item.Sql, each, token)
                .ConfigureAwait(false)).ConfigureAwait(false);

        // They lock their tables: when no index is being made any more, nobody has to wait for them.
        foreach (var constraint in constraints.Values)
            await Make(constraint.Constraint, 1, cancellation).ConfigureAwait(false);
    }

    /// <summary>Constraints that are not here yet and are made of an index.</summary>
    private Task<Dictionary<DumpItem, UniqueConstraint>> InTwoSteps(
        IReadOnlyList<DumpItem> items, CancellationToken cancellation) => store.Session.Do(
        "look at the constraints",
        async connection =>
        {
            var found = new Dictionary<DumpItem, UniqueConstraint>();
            foreach (var item in items)
            {
                if (UniqueConstraint.Of(item) is { } constraint
                    && await Query.One(connection, constraint.IsPlain, cancellation).ConfigureAwait(false) is not null
                    && await Query.One(connection, constraint.IsThere, cancellation).ConfigureAwait(false) is null)
                {
                    found[item] = constraint;
                }
            }
            return found;
        },
        cancellation);

    /// <param name="each">Processes that may work on it.</param>
    private async Task MakeIndex(
        IReadOnlyList<ScopedStream> streams, DumpItem item, string sql, int each, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await Make(sql, each, cancellation).ConfigureAwait(false);
                return;
            }
            catch (Core.Problems.GodwitException failure)
                when (failure.Problem.Code == PostgreSqlProblems.RefusedCode)
            {
                if (await new DuplicateRemover(store).Remove(streams, item, cancellation).ConfigureAwait(false) == 0)
                    throw;
            }
        }
    }

    private Task Make(string sql, int each, CancellationToken cancellation) => store.Session.Do(
        "make an index or a constraint",
        async connection =>
        {
            await Query.Run(
                connection,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    SELECT set_config('maintenance_work_mem', '{each * SortMegabytes}MB', false),
                      set_config('max_parallel_maintenance_workers', '{each - 1}', false)
                    """),
                cancellation).ConfigureAwait(false);
            try
            {
                await Query.Run(connection, sql, cancellation).ConfigureAwait(false);
            }
            catch (PostgresException failure) when (IsThere(failure))
            {
                // Made by a run that died before it could say so.
            }
        },
        cancellation);

    internal static bool IsThere(PostgresException failure) => failure.SqlState
        is PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject
        or PostgresErrorCodes.InvalidTableDefinition;

    private static bool Mentions(DumpItem item, string table) =>
        item.Sql.Contains(table.Replace("\"", "", StringComparison.Ordinal) + " ", StringComparison.Ordinal)
        || item.Sql.Contains(table + " ", StringComparison.Ordinal);
}
