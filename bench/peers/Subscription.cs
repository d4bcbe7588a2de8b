namespace Godwit.Bench.Peers;

/// <summary>PostgreSQL's own logical replication of a whole database.</summary>
internal sealed class Subscription(PostgresServers servers)
{
    internal const string Name = "native subscription, binary, streaming";

    /// <summary>Copies everything and stops applying.</summary>
    internal void Make()
    {
        Command.Shell($"pg_dump --schema-only '{servers.Source}' | psql -X -q -o /dev/null '{servers.Target}'").Ask();
        PostgresServers.Sql(servers.SourcePort, PostgresServers.Database, "CREATE PUBLICATION bench FOR ALL TABLES");
        PostgresServers.Sql(
            servers.TargetPort, PostgresServers.Database,
            $"""
            CREATE SUBSCRIPTION bench CONNECTION '{servers.Source}' PUBLICATION bench
            WITH (binary = true, streaming = on)
            """);
        Command.Shell(Await("NOT EXISTS (SELECT FROM pg_subscription_rel WHERE srsubstate <> ''r'')")).Ask();
        PostgresServers.Sql(servers.TargetPort, PostgresServers.Database, Disable);
        Command.Shell(Await("NOT EXISTS (SELECT FROM pg_stat_subscription WHERE pid IS NOT NULL)")).Ask();
    }

    internal void Start() => PostgresServers.Sql(servers.TargetPort, PostgresServers.Database, Enable);

    /// <summary>The command that starts applying.</summary>
    internal string StartCommand() => $"psql -X -q '{servers.Target}' -c '{Enable}'";

    private const string Enable = "ALTER SUBSCRIPTION bench ENABLE";

    private const string Disable = "ALTER SUBSCRIPTION bench DISABLE";

    private string Await(string condition) =>
        $"psql -X -q '{servers.Target}' -c \"DO 'BEGIN WHILE NOT ({condition}) LOOP COMMIT;"
        + " PERFORM pg_sleep(0.05); END LOOP; END'\"";
}
