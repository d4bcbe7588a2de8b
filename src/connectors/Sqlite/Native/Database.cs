using System.Runtime.InteropServices;
using System.Text;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Sqlite.Native;

/// <summary>One connection. Used by one thread at a time; closed when it is disposed.</summary>
internal sealed unsafe class Database : IDisposable
{
    private nint _handle;

    private Database(string path, nint handle) => (Path, _handle) = (path, handle);

    internal string Path { get; }

    /// <summary>The path for people.</summary>
    internal string Shown => Printable.Text(Path);

    internal nint Handle => _handle;

    internal bool IsClosed => _handle == 0;

    internal bool InTransaction => Sqlite3.sqlite3_get_autocommit(_handle) == 0;

    internal bool IsReadOnly
    {
        get
        {
            fixed (byte* main = "main\0"u8)
                return Sqlite3.sqlite3_db_readonly(_handle, main) == 1;
        }
    }

    /// <summary>Whether another file lies at the path by now: this connection still reads the old one.</summary>
    internal bool HasMoved
    {
        get
        {
            var moved = 0;
            fixed (byte* main = "main\0"u8)
                _ = Sqlite3.sqlite3_file_control(_handle, main, Code.ControlHasMoved, &moved);
            return moved != 0;
        }
    }

    internal int ExtendedCode => Sqlite3.sqlite3_extended_errcode(_handle);

    internal string Message => Marshal.PtrToStringUTF8((nint)Sqlite3.sqlite3_errmsg(_handle)) ?? "";

    internal long LastRowId => Sqlite3.sqlite3_last_insert_rowid(_handle);

    /// <summary>Rows that the last statement changed.</summary>
    internal int Changes => Sqlite3.sqlite3_changes(_handle);

    internal static Database Open(string path, int flags, TimeSpan busy)
    {
        SqliteLibrary.Use();
        nint handle;
        int code;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            code = Sqlite3.sqlite3_open_v2(name, &handle, flags | Code.OpenNoMutex, null);
        var database = new Database(path, handle);
        if (code != Code.Ok)
        {
            using (database)
                throw SqliteProblems.Of(database, code, "open it");
        }
        _ = Sqlite3.sqlite3_extended_result_codes(handle, 1);
        _ = Sqlite3.sqlite3_busy_timeout(handle, (int)busy.TotalMilliseconds);
        return database;
    }

    internal Statement Prepare(string sql)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        var bytes = Encoding.UTF8.GetBytes(sql);
        nint statement;
        int code;
        fixed (byte* text = bytes)
            code = Sqlite3.sqlite3_prepare_v2(_handle, text, bytes.Length, &statement, null);
        return code == Code.Ok && statement != 0
            ? new Statement(this, statement, sql)
            : throw SqliteProblems.Of(this, code, sql);
    }

    /// <summary>Runs one statement and ignores what it returns.</summary>
    internal void Execute(string sql)
    {
        using var statement = Prepare(sql);
        statement.Run();
    }

    /// <summary>The first value of the first row as a number; null when there is none.</summary>
    internal long? Number(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() && !statement.IsNull(0) ? statement.Integer(0) : null;
    }

    /// <summary>The first value of the first row as text; null when there is none.</summary>
    internal string? Text(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() && !statement.IsNull(0) ? statement.String(0) : null;
    }

    /// <summary>Ends a transaction that is open. What it was about has failed or is over, so it throws nothing: a
    /// connection that cannot even roll back is closed, which rolls back too.</summary>
    internal void Rollback()
    {
        if (IsClosed || !InTransaction)
            return;
        try
        {
            Execute("ROLLBACK");
        }
        catch (GodwitException)
        {
            Dispose();
        }
    }

    /// <summary>While the result lives, cancelling interrupts what the connection is doing.</summary>
    internal CancellationTokenRegistration InterruptOn(CancellationToken cancellation) =>
        cancellation.Register(() => Sqlite3.sqlite3_interrupt(_handle));

    /// <summary>Whether triggers fire for this connection's own writes.</summary>
    /// <returns>False when the library would not have it.</returns>
    internal bool TrySetTriggers(bool fire)
    {
        int now = -1, on = fire ? 1 : 0;
        if (OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64)
            _ = Sqlite3.sqlite3_db_config_on_stack(_handle, Code.ConfigEnableTrigger, 0, 0, 0, 0, 0, 0, on, &now);
        else
            _ = Sqlite3.sqlite3_db_config(_handle, Code.ConfigEnableTrigger, on, &now);
        return now == on;
    }

    /// <summary>What a column's values are compared with, and whether it counts automatically.</summary>
    internal (string Collation, bool Automatic) ColumnFacts(string table, string column)
    {
        byte* type, collation;
        int notNull, primaryKey, automatic;
        fixed (byte* t = Encoding.UTF8.GetBytes(table + '\0'), c = Encoding.UTF8.GetBytes(column + '\0'))
        {
            var code = Sqlite3.sqlite3_table_column_metadata(
                _handle, null, t, c, &type, &collation, &notNull, &primaryKey, &automatic);
            if (code != Code.Ok)
                throw SqliteProblems.Of(this, code, $"describe {table}.{column}");
        }
        return (Marshal.PtrToStringUTF8((nint)collation) ?? "BINARY", automatic != 0);
    }

    public void Dispose()
    {
        var handle = Interlocked.Exchange(ref _handle, 0);
        if (handle != 0)
            _ = Sqlite3.sqlite3_close_v2(handle);
    }
}
