using Godwit.Cli.Demo.Shop;
using Microsoft.Data.Sqlite;

namespace Godwit.Cli.Demo.Traffic;

/// <summary>Carries out one transaction after the other where the route says, and notes each.</summary>
/// <param name="where">Asked before every attempt.</param>
/// <param name="note">Of this writer alone.</param>
/// <param name="fenced">Whether the fence may ever stop this writer.</param>
internal sealed class RowWriter(ShopFolder folder, Func<Shard> where, Note note, Fenced fenced, TimeProvider clock)
    : IDisposable
{
    /// <summary>A fence's refusal begins so.</summary>
    private const string Fence = "godwit:";

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(2);

    private readonly Dictionary<Shard, SqliteConnection> _open = [];
    private long _number;

    /// <summary>Tries until it is acknowledged or taken back. Ends at a moment at which everything is noted.</summary>
    public async Task Write(Tenant tenant, Work work, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var place = where();
            var number = ++_number;
            note.Intend(new NotedTransaction(number, tenant.Id, place, Environment.TickCount64, work.Writes));
            if (TryWrite(place, work))
            {
                note.Acknowledge(number);
                work.Keep();
                return;
            }
            note.Refuse(number);
            if (work.IsTakenBack)
                return;
            await Task.Delay(Breath, clock, CancellationToken.None);
        }
    }

    public void Dispose()
    {
        foreach (var connection in _open.Values)
            connection.Dispose();
    }

    /// <returns>Whether the database has said yes. Otherwise nothing of it has happened.</returns>
    private bool TryWrite(Shard place, Work work)
    {
        var connection = Connection(place);
        SqliteTransaction? transaction = null;
        try
        {
            transaction = connection.BeginTransaction(deferred: false);
            foreach (var statement in work.Statements)
                Execute(connection, transaction, statement);
            if (work.IsTakenBack)
                return false;
            transaction.Commit();
            return true;
        }
        catch (SqliteException refused) when (IsFence(refused) || IsBusy(refused))
        {
            if (IsFence(refused) && fenced == Fenced.Never)
                note.Wonder($"{place} stopped a tenant that stays: {refused.Message}");
            return false;
        }
        finally
        {
            transaction?.Dispose(); // Rolls back what was not committed.
        }
    }

    private void Execute(SqliteConnection connection, SqliteTransaction transaction, Statement statement)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = statement.Sql;
        ShopDatabase.Bind(command, statement.Values);
        var rows = command.ExecuteNonQuery();
        if (rows != statement.Rows)
            note.Wonder($"{rows} rows instead of {statement.Rows}: {statement.Sql} [{SqlText.Of(statement.Values)}]");
    }

    private SqliteConnection Connection(Shard place)
    {
        if (!_open.TryGetValue(place, out var connection))
            _open[place] = connection = ShopDatabase.Open(folder.Database(place));
        return connection;
    }

    // SQLITE_CONSTRAINT_TRIGGER carries the message of a RAISE(ABORT, …).
    private static bool IsFence(SqliteException refused) => refused.Message.Contains(Fence, StringComparison.Ordinal);

    private static bool IsBusy(SqliteException refused) => refused.SqliteErrorCode is 5 or 6;
}
