using System.Collections.Concurrent;
using Godwit.Connectors.Sqlite.Native;

namespace Godwit.Connectors.Sqlite;

/// <summary>Connections for reading, kept for the next reader: opening one means parsing the whole schema.</summary>
internal sealed class SqliteReaders(string path) : IDisposable
{
    private const int Kept = 4;
    private readonly ConcurrentBag<Database> _idle = [];
    private bool _disposed;

    /// <summary>A connection without a transaction; goes back by <see cref="Return"/>.</summary>
    internal Database Rent()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_idle.TryTake(out var idle))
            return idle;
        var database = Database.Open(path, Code.OpenReadWrite, SqliteStore.Patience);
        database.Execute("PRAGMA cache_size = -16384");
        return database;
    }

    /// <summary>Ends the connection's transaction, and with it all temporary tables that were made in it.</summary>
    internal void Return(Database database)
    {
        database.Rollback();
        if (_disposed || database.IsClosed || _idle.Count >= Kept)
            database.Dispose();
        else
            _idle.Add(database);
    }

    /// <summary>Runs work that reads, off the caller's thread and in one read transaction.</summary>
    internal Task<T> Read<T>(Func<Database, T> work, CancellationToken cancellation) => Task.Run(
        () =>
        {
            var database = Rent();
            try
            {
                using var interrupt = database.InterruptOn(cancellation);
                database.Execute("BEGIN");
                return work(database);
            }
            finally
            {
                Return(database);
            }
        },
        cancellation);

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var database))
            database.Dispose();
    }
}
