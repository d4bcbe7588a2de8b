using Godwit.Connectors.PostgreSql.Schema;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Schemas;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>Makes what slows a copy down, after it: keys and indexes several at a time, then foreign keys, then the
/// rest.</summary>
/// <remarks>
/// Chunks are read at different times, so for a while a child may be here without its parent: foreign keys come
/// unproved (NOT VALID), hold for new writes, and are proved at once where that works, otherwise when the migration is
/// finished.
/// </remarks>
internal sealed class IndexBuilder(PostgreSqlStore store)
{
    private const int AtOnce = 4;

    internal async Task Build(
        IReadOnlyList<ScopedStream> streams, IReadOnlyList<DumpItem> items, CancellationToken cancellation)
    {
        var sizes = streams.ToDictionary(one => Quote.Table(one.Schema), one => one.Schema.EstimatedBytes);
        long SizeOf(DumpItem item) => sizes.FirstOrDefault(one => Mentions(item, one.Key)).Value;
        var indexes = items.Where(one => one.Type is "INDEX" or "CONSTRAINT").OrderByDescending(SizeOf).ToList();
        await Parallel.ForEachAsync(
            indexes,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (item, token) => await MakeIndex(streams, item, token).ConfigureAwait(false)).ConfigureAwait(false);
        var foreignKeys = new ForeignKeyProof(store);
        foreach (var item in items.Where(one => one.Type == "FK CONSTRAINT"))
            await foreignKeys.Make(item, cancellation).ConfigureAwait(false);
        foreach (var item in items.Where(one => one.Type is not ("INDEX" or "CONSTRAINT" or "FK CONSTRAINT")))
            await Make(item.Sql, cancellation).ConfigureAwait(false);
        await foreignKeys.TryAll(cancellation).ConfigureAwait(false);
    }

    private async Task MakeIndex(
        IReadOnlyList<ScopedStream> streams, DumpItem item, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await Make(item.Sql, cancellation).ConfigureAwait(false);
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

    private Task Make(string sql, CancellationToken cancellation) => store.Session.Do(
        "make an index or a constraint",
        async connection =>
        {
            await Query.Run(
                connection, "SELECT set_config('maintenance_work_mem', '256MB', false)", cancellation)
                .ConfigureAwait(false);
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
