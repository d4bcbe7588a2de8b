namespace Godwit.Tests.Servers;

/// <summary>A database of one test; with its disposal it and its replication slots are gone.</summary>
/// <remarks>Everything here goes through psql: what it says shares no code with Godwit and its driver.</remarks>
internal sealed class PostgreSqlDatabase(PostgreSqlServer server, string name) : IAsyncDisposable
{
    public PostgreSqlServer Server { get; } = server;

    public string Name { get; } = name;

    /// <summary>As users write it.</summary>
    public string Address => AddressAt(Server.Port);

    /// <summary>For the driver. Not pooled: a connection that a test has closed is closed.</summary>
    public string ConnectionString => ConnectionStringAt(Server.Port);

    /// <summary>The same database by another way, for example a proxy's.</summary>
    public string AddressAt(int port) => $"postgres://godwit@127.0.0.1:{port}/{Name}";

    public string ConnectionStringAt(int port) =>
        $"Host=127.0.0.1;Port={port};Username=godwit;Database={Name};SSL Mode=Disable;Pooling=false";

    /// <summary>Runs SQL, statement by statement, until one fails; returns what they selected.</summary>
    /// <returns>A line a row, with | between the columns.</returns>
    public async Task<string> Run(string sql) => (await Psql(sql).Run()).TrimEnd('\n');

    /// <summary>Runs SQL that may fail; returns what psql said of it, or null when it did not fail.</summary>
    public async Task<string?> TryRun(string sql)
    {
        var (code, _, error) = await Psql(sql).TryRun();
        return code == 0 ? null : error;
    }

    public async ValueTask DisposeAsync()
    {
        // Prepared transactions, slots and their readers keep a database from being dropped.
        await Run(
            """
            SELECT format('ROLLBACK PREPARED %L', gid) FROM pg_prepared_xacts WHERE database = current_database() \gexec
            """);
        await Until.Holds(
            $"nobody reads from a slot of {Name} any more",
            async () => await Server.Administration.Run(
                $"""
                SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots
                  WHERE database = '{Name}' AND active_pid IS NOT NULL \g /dev/null
                SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
                  WHERE database = '{Name}' AND active_pid IS NULL \g /dev/null
                SELECT count(*) FROM pg_replication_slots WHERE database = '{Name}'
                """) == "0");
        await Server.Administration.Run($"DROP DATABASE {Name} WITH (FORCE)");
    }

    private Command Psql(string sql) =>
        new("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", Address) { Input = sql };
}
