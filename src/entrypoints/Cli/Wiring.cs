using Godwit.Cli.State;
using Godwit.Connectors.Files;
using Godwit.Connectors.PostgreSql;
using Godwit.Connectors.RabbitMq;
using Godwit.Connectors.Redis;
using Godwit.Connectors.Sqlite;
using Godwit.Connectors.Sqlite.Native;
using Godwit.Core.Stores;
using Godwit.Journals.Sqlite;

namespace Godwit.Cli;

/// <summary>The one place that names connectors and the journal.</summary>
internal static class Wiring
{
    /// <summary>What addresses of this version begin with.</summary>
    public static IReadOnlyList<string> Schemes { get; } = 
        ["sqlite", "file", "postgres", "redis", "rediss", "amqp", "amqps"];

    public static IConnector Connector(string scheme) => scheme switch
    {
        "sqlite" => new SqliteConnector(),
        "file" => new FilesConnector(),
        "postgres" => new PostgreSqlConnector(),
        "redis" or "rediss" => new RedisConnector(),
        "amqp" or "amqps" => new RabbitMqConnector(),
        _ => throw new InvalidOperationException($"No connector for '{scheme}'."),
    };

    public static Task<SqliteJournal> OpenJournal(
        MigrationHome home, TimeProvider clock, CancellationToken cancellation)
    {
        // One copy of SQLite in the process: the connector's choice, made before the journal makes another.
        SqliteLibrary.Use();
        return SqliteJournal.Open(home.Journal, home.Name, clock, cancellation);
    }
}
