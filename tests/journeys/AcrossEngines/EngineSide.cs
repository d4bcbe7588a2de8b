using Godwit.Tests.Connectors.Sqlite;
using Godwit.Tests.Servers;
using Npgsql;

namespace Godwit.Tests.Journeys.AcrossEngines;

/// <summary>One side of a move across engines as an application and an auditor see it, without Godwit.</summary>
internal abstract class EngineSide
{
    public abstract string Address { get; }

    /// <summary>Runs statements through a connection of their own.</summary>
    /// <returns>What the database said against it; null when it was acknowledged.</returns>
    public abstract string? Try(string sql);

    /// <summary>Rows as text, values joined by a bar, nulls as <c>null</c>.</summary>
    /// <param name="from">What stands behind FROM.</param>
    /// <param name="columns">Their names, with spaces between.</param>
    public abstract Task<string> Rows(string from, string columns);

    public void Run(string sql)
    {
        if (Try(sql) is { } refusal)
            Assert.Fail($"{refusal}: {sql}");
    }

    public static EngineSide Sqlite(string path) => new SqliteSide(path);

    public static EngineSide PostgreSql(PostgreSqlDatabase database) => new PostgreSqlSide(database);

    protected static string Texts(string columns, Func<string, string> text) => string.Join(
        ", ", columns.Split(' ').Select(one => $"coalesce({text($"\"{one}\"")}, 'null')"));

    private sealed class SqliteSide(string path) : EngineSide
    {
        public override string Address => $"sqlite:{path}";

        public override string? Try(string sql)
        {
            using var database = new SqlWriter(path);
            return database.Try(sql);
        }

        public override Task<string> Rows(string from, string columns)
        {
            using var database = new SqlWriter(path);
            return Task.FromResult(database.Read(
                $"SELECT {Texts(columns, one => $"CAST({one} AS TEXT)")} FROM {from}"));
        }
    }

    private sealed class PostgreSqlSide(PostgreSqlDatabase database) : EngineSide
    {
        public override string Address => database.Address;

        public override string? Try(string sql)
        {
            using var connection = new NpgsqlConnection(database.ConnectionString);
            connection.Open();
            using var command = new NpgsqlCommand(sql, connection);
            try
            {
                command.ExecuteNonQuery();
                return null;
            }
            catch (PostgresException refused)
            {
                return refused.MessageText;
            }
        }

        public override Task<string> Rows(string from, string columns) => database.Run(
            $"SELECT {Texts(columns, one => $"{one}::text")} FROM {from}");
    }
}
