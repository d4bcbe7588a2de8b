using Godwit.Connectors.Sqlite.Native;
using Microsoft.Data.Sqlite;

namespace Godwit.Cli.Demo.Shop;

/// <summary>Opens a shard's database as the shop does: with its own connection, of a driver that Godwit's connector
/// does not use.</summary>
internal static class ShopDatabase
{
    public static SqliteConnection Open(string path, SqliteOpenMode mode = SqliteOpenMode.ReadWrite)
    {
        SqliteLibrary.Use(); // One copy of SQLite in the process, whoever comes first.
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        // Without foreign keys nothing cascades: it is every writer's own choice in SQLite.
        Execute(connection, "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL");
        return connection;
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static void Bind(SqliteCommand command, IReadOnlyList<object?> values)
    {
        if (command.Parameters.Count == 0)
        {
            for (var i = 0; i < values.Count; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"$p{i}" });
        }
        for (var i = 0; i < values.Count; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
    }

    public static string Parameters(int count) =>
        string.Join(", ", Enumerable.Range(0, count).Select(i => $"$p{i}"));
}
