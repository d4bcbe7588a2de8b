using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Stores;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>A connection that applies batches, each in one transaction together with the position it reaches.</summary>
/// <remarks>
/// A batch that is written before the one before it has committed holds locks that the latter may need after all: by a
/// value that is unique beside the key, or a key that the server calls equal. The server cannot see that we wait, so
/// the wait is short: then what was written is undone, which lets the locks go, and written again in turn.
/// </remarks>
internal sealed class BatchLane(PostgreSqlStore store) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private NpgsqlConnection? _connection;
    private BatchStage? _stage;
    private bool _mayRunAhead = true;

    private string Mark => Quote.Text(store.Names.Mark);

    internal static string Start(string mark, Position position) =>
        $"INSERT INTO _godwit.positions (mark, position) VALUES ({mark}, '{position}')"
        + " ON CONFLICT (mark) DO UPDATE SET position = excluded.position";

    internal async Task<ApplyOutcome> Apply(BatchTurn turn, CancellationToken cancellation)
    {
        _connection ??= await store.Session.Open(cancellation).ConfigureAwait(false);
        var connection = _connection;
        _stage ??= new BatchStage(connection);
        await Query.Run(
            connection,
            $"BEGIN ISOLATION LEVEL READ COMMITTED; {ChunkWriter.AsReplica}; {store.Names.SayOwn}",
            cancellation).ConfigureAwait(false);
        var (written, bytes) = await _stage.Take(turn.Batch, cancellation).ConfigureAwait(false);
        var writer = new BatchWriter(connection, _stage, turn.Batch);
        var ahead = await WriteAhead(connection, writer, turn, cancellation).ConfigureAwait(false);
        if (!await turn.Come(cancellation).ConfigureAwait(false))
            throw new GodwitException(PostgreSqlProblems.OutOfTurn(store.Opening.Shown));
        var did = ahead is { } deleted
            ? new WriteResult(deleted, null)
            : await writer.Write(cancellation).ConfigureAwait(false);
        if (turn.Reason == ApplyReason.Following)
            await Advance(connection, turn.Batch, cancellation).ConfigureAwait(false);
        await Query.Run(connection, "COMMIT", cancellation).ConfigureAwait(false);
        return new ApplyOutcome(written, did.Deleted, bytes, did.Missed);
    }

    public ValueTask DisposeAsync() => Close();

    /// <summary>Whatever is not committed is given up.</summary>
    internal async ValueTask Close()
    {
        _stage = null;
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Writes beside the batch before, where that may be.</summary>
    /// <returns>How many rows are gone; null when nothing is written.</returns>
    private async Task<long?> WriteAhead(
        NpgsqlConnection connection, BatchWriter writer, BatchTurn turn, CancellationToken cancellation)
    {
        if (!_mayRunAhead || !turn.IsApart())
            return null;
        await Query.Run(connection, "SAVEPOINT godwit_ahead", cancellation).ConfigureAwait(false);
        try
        {
            var deleted = await writer.WriteAhead(cancellation).ConfigureAwait(false);
            _mayRunAhead = deleted is null
                || await turn.Come(Patience, store.Opening.Clock, cancellation).ConfigureAwait(false) is not null;
            if (_mayRunAhead && deleted is not null)
                return deleted;
        }
        catch (PostgresException failure) when (BatchWriter.IsConflict(failure)
            || failure.SqlState == PostgresErrorCodes.DeadlockDetected)
        {
            // In turn it is found out whether that is more than a matter of order.
            _mayRunAhead = false;
        }
        await Query.Run(connection, "ROLLBACK TO SAVEPOINT godwit_ahead", cancellation).ConfigureAwait(false);
        return null;
    }

    /// <summary>A batch that was applied before may come again: nothing goes back by it.</summary>
    private async Task Advance(NpgsqlConnection connection, ChangeBatch batch, CancellationToken cancellation)
    {
        if (batch.After is not { } after)
        {
            await Query.Run(connection, Start(Mark, batch.Reached), cancellation).ConfigureAwait(false);
            return;
        }
        var moved = await Query.Write(
            connection,
            $"UPDATE _godwit.positions SET position = '{batch.Reached}' WHERE mark = {Mark}"
            + $" AND position IN ('{after}', '{batch.Reached}')",
            cancellation).ConfigureAwait(false);
        if (moved != 1)
            throw new GodwitException(PostgreSqlProblems.OutOfTurn(store.Opening.Shown));
    }
}
