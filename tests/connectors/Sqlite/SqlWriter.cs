using Godwit.Connectors.Sqlite.Native;
using SQLitePCL;

namespace Godwit.Tests.Connectors.Sqlite;

/// <summary>An application that uses a database in its own way, through a driver that Godwit does not use.</summary>
internal sealed class SqlWriter : IDisposable
{
    private readonly sqlite3 _database;

    static SqlWriter() => SqliteLibrary.Use();

    internal SqlWriter(string path)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(path, out _database));
        raw.sqlite3_busy_timeout(_database, 20_000);
        Run("PRAGMA foreign_keys = OFF"); // SQLite's own default; some libraries are built otherwise.
    }

    /// <summary>Runs any number of statements; the first that fails fails the test.</summary>
    internal void Run(string sql)
    {
        if (Try(sql) is { } error)
            Assert.Fail($"{error}: {sql}");
    }

    /// <summary>Runs statements up to the first that fails.</summary>
    /// <returns>What SQLite said then; null when all worked.</returns>
    internal string? Try(string sql) =>
        raw.sqlite3_exec(_database, sql, null, null, out var error) == raw.SQLITE_OK ? null : error;

    /// <summary>All rows as text: values joined by a bar, rows by a line feed.</summary>
    internal string Read(string sql)
    {
        Assert.True(raw.sqlite3_prepare_v2(_database, sql, out var rows) == raw.SQLITE_OK,
            raw.sqlite3_errmsg(_database).utf8_to_string());
        using (rows)
        {
            var lines = new List<string>();
            while (raw.sqlite3_step(rows) == raw.SQLITE_ROW)
            {
                lines.Add(string.Join('|', Enumerable.Range(0, raw.sqlite3_column_count(rows)).Select(i =>
                    raw.sqlite3_column_type(rows, i) == raw.SQLITE_NULL
                        ? "null"
                        : raw.sqlite3_column_text(rows, i).utf8_to_string())));
            }
            return string.Join('\n', lines);
        }
    }

    public void Dispose() => raw.sqlite3_close_v2(_database);
}
