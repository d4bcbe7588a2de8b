using Godwit.Connectors.PostgreSql.Copying;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>Applies batches, each in one transaction together with the position it reaches.</summary>
/// <remarks>
/// Records come through temporary tables and are written as sets: what is gone is deleted, what is there is updated,
/// what is missing is inserted. When two records change places in a unique key, that order cannot work; then all
/// touched records are deleted first, and all present ones inserted. When a record that was read late has a unique
/// value that its last holder gives up in a later batch only, that holder goes as well: see <see cref="Displacer"/>.
/// </remarks>
internal sealed class BatchApplier(PostgreSqlStore store) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly HashSet<int> _staged = [];
    private NpgsqlConnection? _connection;

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
        await Query.Run(connection, $"BEGIN; {ChunkWriter.AsReplica}; {store.Names.SayOwn}", cancellation)
            .ConfigureAwait(false);
        foreach (var stream in batch.Emptied)
        {
            await Query.Run(connection, $"DELETE FROM {Quote.Table(stream.Schema)}", cancellation)
                .ConfigureAwait(false);
        }
        foreach (var touched in batch.Touched)
            await StageKeys(connection, touched, cancellation).ConfigureAwait(false);
        var (written, bytes) = await StageRecords(connection, batch, cancellation).ConfigureAwait(false);
        var deleted = await Write(connection, batch, cancellation).ConfigureAwait(false);
        if (reason == ApplyReason.Following)
            await Query.Run(
                connection, Advance(Quote.Text(store.Names.Mark), batch.Reached), cancellation).ConfigureAwait(false);
        await Query.Run(connection, "COMMIT", cancellation).ConfigureAwait(false);
        return new ApplyOutcome(written, deleted, bytes);
    }

    private async Task StageKeys(NpgsqlConnection connection, TouchedKeys touched, CancellationToken cancellation)
    {
        var stream = touched.Stream;
        if (_staged.Add(stream.Number))
        {
            await Query.Run(
                connection,
                $"{Staging.Create(stream, "r")}; {Staging.CreateKeys(stream, "k")}; {Staging.CreateKeys(stream, "g")}",
                cancellation).ConfigureAwait(false);
        }
        if (SetWriter.NeedsAllKeys(stream))
            await Stage(connection, stream, "k", touched.Keys, cancellation).ConfigureAwait(false);
        if (!touched.Gone.Contains(true))
            return;
        using var gone = touched.OnlyGone();
        await Stage(connection, stream, "g", gone, cancellation).ConfigureAwait(false);
    }

    private static async Task Stage(
        NpgsqlConnection connection, ScopedStream stream, string kind, RecordBatch keys,
        CancellationToken cancellation)
    {
        var writer = await CopyWriter.Begin(connection, Staging.Name(stream, kind), cancellation)
            .ConfigureAwait(false);
        await using var _ = writer.ConfigureAwait(false);
        await writer.Add(keys, keys.ColumnCount, cancellation).ConfigureAwait(false);
        await writer.Complete(cancellation).ConfigureAwait(false);
    }

    private static async Task<(long Records, long Bytes)> StageRecords(
        NpgsqlConnection connection, ChangeBatch batch, CancellationToken cancellation)
    {
        var (records, bytes) = (0L, 0L);
        CopyWriter? writer = null;
        ScopedStream? current = null;
        try
        {
            await foreach (var part in batch.Current(cancellation).ConfigureAwait(false))
            {
                using var _ = part.Records;
                if (current?.Number != part.Stream.Number)
                {
                    await End(writer).ConfigureAwait(false);
                    current = part.Stream;
                    writer = await CopyWriter.Begin(connection, Staging.Name(current, "r"), cancellation)
                        .ConfigureAwait(false);
                }
                await writer!.Add(part.Records, part.Records.ColumnCount, cancellation).ConfigureAwait(false);
            }
            await End(writer).ConfigureAwait(false);
        }
        finally
        {
            if (writer is not null)
                await writer.DisposeAsync().ConfigureAwait(false);
        }
        return (records, bytes);

        async Task End(CopyWriter? one)
        {
            if (one is null)
                return;
            await one.Complete(cancellation).ConfigureAwait(false);
            (records, bytes) = (records + one.Records, bytes + one.Bytes);
        }
    }

    private static async Task<long> Write(
        NpgsqlConnection connection, ChangeBatch batch, CancellationToken cancellation)
    {
        if (batch.Touched.Count == 0)
            return 0;
        await Query.Run(connection, "SAVEPOINT godwit", cancellation).ConfigureAwait(false);
        try
        {
            return await Write(connection, batch, SetWriter.Merge, cancellation).ConfigureAwait(false);
        }
        catch (PostgresException conflict) when (IsConflict(conflict))
        {
            await Query.Run(connection, "ROLLBACK TO SAVEPOINT godwit", cancellation).ConfigureAwait(false);
            foreach (var touched in batch.Touched.Where(one => !SetWriter.NeedsAllKeys(one.Stream)))
                await Stage(connection, touched.Stream, "k", touched.Keys, cancellation).ConfigureAwait(false);
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
        _staged.Clear();
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
