using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Stores;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>Applies batches, each in one transaction together with the position it reaches.</summary>
/// <remarks>
/// Records come through temporary tables and are written as sets: what is gone is deleted, what is there is updated,
/// what is missing is inserted. Of a record that was told in part only the told columns are updated. When two records
/// change places in a unique key, that order cannot work; then all touched records are deleted first, and all present
/// ones inserted. When a record that was read late has a unique value that its last holder gives up in a later batch
/// only, that holder goes as well: see <see cref="Displacer"/>. What is in the way even then may be out of date: the
/// records are read anew, once, before somebody else's record is called the cause.
/// </remarks>
internal sealed class BatchApplier(PostgreSqlStore store) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private NpgsqlConnection? _connection;
    private BatchStage? _stage;

    internal static string Advance(string mark, Position position) =>
        $"INSERT INTO _godwit.positions (mark, position) VALUES ({mark}, '{position}')"
        + " ON CONFLICT (mark) DO UPDATE SET position = excluded.position";

    internal async Task<ApplyOutcome> Apply(ChangeBatch batch, ApplyReason reason, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        var isDone = false;
        try
        {
            var outcome = await Failures.Translate(
                store.Opening.Shown, "apply changes", () => ApplyNow(batch, reason, cancellation), cancellation)
                .ConfigureAwait(false);
            isDone = true;
            return outcome;
        }
        finally
        {
            if (!isDone)
                await Close().ConfigureAwait(false);
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        await Close().ConfigureAwait(false);
        _turn.Dispose();
    }

    private async Task<ApplyOutcome> ApplyNow(ChangeBatch batch, ApplyReason reason, CancellationToken cancellation)
    {
        _connection ??= await store.Session.Open(cancellation).ConfigureAwait(false);
        var connection = _connection;
        _stage ??= new BatchStage(connection);
        await Query.Run(connection, $"BEGIN; {ChunkWriter.AsReplica}; {store.Names.SayOwn}", cancellation)
            .ConfigureAwait(false);
        foreach (var stream in batch.Emptied)
        {
            await Query.Run(connection, $"DELETE FROM {Quote.Table(stream.Schema)}", cancellation)
                .ConfigureAwait(false);
        }
        var (written, bytes) = await _stage.Take(batch, cancellation).ConfigureAwait(false);
        var deleted = await Write(connection, _stage, batch, cancellation).ConfigureAwait(false);
        if (reason == ApplyReason.Following)
            await Query.Run(
                connection, Advance(Quote.Text(store.Names.Mark), batch.Reached), cancellation).ConfigureAwait(false);
        await Query.Run(connection, "COMMIT", cancellation).ConfigureAwait(false);
        return new ApplyOutcome(written, deleted, bytes);
    }

    private static async Task<long> Write(
        NpgsqlConnection connection, BatchStage stage, ChangeBatch batch, CancellationToken cancellation)
    {
        if (batch.Touched.Count == 0)
            return 0;
        await Query.Run(connection, "SAVEPOINT godwit", cancellation).ConfigureAwait(false);
        try
        {
            var deleted = await Write(connection, batch, SetWriter.Merge, cancellation).ConfigureAwait(false);
            foreach (var partial in stage.Filled)
                await Query.Run(connection, partial.Update, cancellation).ConfigureAwait(false);
            return deleted;
        }
        catch (PostgresException conflict) when (IsConflict(conflict))
        {
            await Query.Run(connection, "ROLLBACK TO SAVEPOINT godwit", cancellation).ConfigureAwait(false);
            await stage.TakeAllKeys(
                batch.Touched.Where(one => !SetWriter.NeedsAllKeys(one.Stream)), cancellation).ConfigureAwait(false);
            await stage.MakeWhole(cancellation).ConfigureAwait(false);
            await Query.Run(connection, "SAVEPOINT godwit", cancellation).ConfigureAwait(false);
        }
        try
        {
            return await Write(connection, batch, SetWriter.Replace, cancellation).ConfigureAwait(false);
        }
        catch (PostgresException conflict) when (IsConflict(conflict))
        {
            await Query.Run(connection, "ROLLBACK TO SAVEPOINT godwit", cancellation).ConfigureAwait(false);
        }
        await Query.Run(connection, "SAVEPOINT godwit", cancellation).ConfigureAwait(false);
        try
        {
            await Displacer.Clear(connection, batch, cancellation).ConfigureAwait(false);
            return await Write(connection, batch, SetWriter.Replace, cancellation).ConfigureAwait(false);
        }
        catch (PostgresException conflict) when (IsConflict(conflict) && batch.ReadWhole is not null)
        {
            await Query.Run(connection, "ROLLBACK TO SAVEPOINT godwit", cancellation).ConfigureAwait(false);
        }
        await stage.Renew(batch, cancellation).ConfigureAwait(false);
        await Displacer.Clear(connection, batch, cancellation).ConfigureAwait(false);
        return await Write(connection, batch, SetWriter.Replace, cancellation).ConfigureAwait(false);
    }

    private static bool IsConflict(PostgresException failure) => failure.SqlState
        is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ExclusionViolation;

    private static async Task<long> Write(
        NpgsqlConnection connection, ChangeBatch batch, SetWriter writer, CancellationToken cancellation)
    {
        var deleted = 0L;
        // Children first: which of them are in scope is decided by their parents, as they still are here.
        foreach (var touched in batch.Touched.OrderByDescending(one => one.Stream.Number))
        {
            deleted += await Query.Write(connection, SetWriter.DeleteGone(touched.Stream), cancellation)
                .ConfigureAwait(false);
            foreach (var statement in writer.Clear(touched.Stream))
                await Query.Run(connection, statement, cancellation).ConfigureAwait(false);
        }
        foreach (var touched in batch.Touched.OrderBy(one => one.Stream.Number))
        {
            foreach (var statement in writer.Take(touched.Stream))
                await Query.Run(connection, statement, cancellation).ConfigureAwait(false);
        }
        return Math.Max(0, deleted);
    }

    private async Task Close()
    {
        _stage = null;
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
