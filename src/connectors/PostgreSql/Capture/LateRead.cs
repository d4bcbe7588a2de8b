using Godwit.Connectors.PostgreSql.Sql;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>A snapshot that has seen some transactions, taken when it is needed first.</summary>
internal sealed class LateRead(PostgreSqlStore store, HashSet<uint> transactions) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private NpgsqlConnection? _connection;

    /// <summary>The connection in whose transaction is read; stays ours.</summary>
    internal async ValueTask<NpgsqlConnection> Open(CancellationToken cancellation)
    {
        if (_connection is { } open)
            return open;
        var connection = await store.Session.Open(cancellation).ConfigureAwait(false);
        _connection = connection;
        while (true)
        {
            await Query.Run(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", cancellation)
                .ConfigureAwait(false);
            var seen = await Query.One(connection, "SELECT pg_current_snapshot()", cancellation).ConfigureAwait(false);
            if (Seen.Parse(seen!).HasAll(transactions))
            {
                store.Foresight.HasRead(await LogPosition.End(connection, cancellation).ConfigureAwait(false));
                return connection;
            }
            await Query.Run(connection, "ROLLBACK", cancellation).ConfigureAwait(false);
            await Task.Delay(Pause, store.Opening.Clock, cancellation).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => _connection?.DisposeAsync() ?? ValueTask.CompletedTask;
}
