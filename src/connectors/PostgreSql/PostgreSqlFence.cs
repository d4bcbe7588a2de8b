using Godwit.Connectors.PostgreSql.Fencing;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Changes;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Npgsql;

namespace Godwit.Connectors.PostgreSql;

/// <summary>Stops writers of the scope by triggers that look at a sequence, which raising sets.</summary>
/// <remarks>
/// A sequence has no versions: every trigger sees it as it is now, whatever its transaction's snapshot. A writer holds
/// a lock on the table from before its trigger runs until its transaction ends. So whoever passed the trigger before
/// the fence was up is among those who hold a lock just after, and they are waited for.
/// </remarks>
internal sealed class PostgreSqlFence(PostgreSqlStore store) : IFence
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);
    private IReadOnlyList<ScopedStream> _streams = [];

    public Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        _streams = streams;
        return store.Session.Do(
            "install the fence",
            async connection =>
            {
                await GodwitSchema.Create(connection, cancellation).ConfigureAwait(false);
                await new FenceInstaller(store, connection).Install(streams, cancellation).ConfigureAwait(false);
            },
            cancellation);
    }

    public Task Raise(CancellationToken cancellation) => store.Session.Do(
        "raise the fence",
        async connection =>
        {
            await Query.Run(connection, $"SELECT setval('{store.Names.Fence}', 2)", cancellation)
                .ConfigureAwait(false);
            var waiting = await Writers(connection, cancellation).ConfigureAwait(false);
            while (waiting.Count > 0)
            {
                await Task.Delay(Pause, store.Opening.Clock, cancellation).ConfigureAwait(false);
                waiting.IntersectWith(await Writers(connection, cancellation).ConfigureAwait(false));
            }
        },
        cancellation);

    public Task Lower(CancellationToken cancellation) => store.Session.Do(
        "lower the fence",
        async connection =>
        {
            if (await Exists(connection, cancellation).ConfigureAwait(false))
                await Query.Run(connection, $"SELECT setval('{store.Names.Fence}', 1)", cancellation)
                    .ConfigureAwait(false);
        },
        cancellation);

    public Task<ChangeBatch?> LateWrites(CancellationToken cancellation) => cancellation.IsCancellationRequested
        ? Task.FromCanceled<ChangeBatch?>(cancellation)
        : Task.FromResult<ChangeBatch?>(null);

    public Task Remove(CancellationToken cancellation) => store.Session.Do(
        "remove the fence",
        async connection =>
        {
            await new FenceInstaller(store, connection).Remove(cancellation).ConfigureAwait(false);
            await GodwitSchema.DropWhenEmpty(connection, cancellation).ConfigureAwait(false);
        },
        cancellation);

    private async Task<bool> Exists(NpgsqlConnection connection, CancellationToken cancellation) =>
        await Query.One(connection, $"SELECT to_regclass('{store.Names.Fence}')", cancellation).ConfigureAwait(false)
            is not null;

    /// <summary>Transactions that have written, or are about to write, to a table of the scope.</summary>
    private async Task<HashSet<string>> Writers(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var tables = string.Join(
            ", ", _streams.Select(one => $"{Quote.Text(Quote.Table(one.Schema))}::regclass"));
        var rows = await Query.Rows(
            connection,
            $"""
            SELECT DISTINCT virtualtransaction FROM pg_locks
            WHERE locktype = 'relation' AND pid IS DISTINCT FROM pg_backend_pid()
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
            AND relation IN (SELECT relid FROM unnest(ARRAY[{tables}]) AS r(root), pg_partition_tree(r.root)
              UNION SELECT unnest(ARRAY[{tables}]))
            """,
            cancellation).ConfigureAwait(false);
        return rows.Select(row => row[0]!).ToHashSet(StringComparer.Ordinal);
    }
}
