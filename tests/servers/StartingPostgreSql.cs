namespace Godwit.Tests.Servers;

public sealed class StartingPostgreSql
{
    public static TheoryData<int> Majors => [PostgreSqlServer.Distribution, 18];

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_database_is_ready_for_logical_replication(int major)
    {
        var server = await PostgreSqlServer.Shared(major);
        Assert.Same(server, await PostgreSqlServer.Shared(major));
        await using var database = await server.CreateDatabase();
        Assert.StartsWith(
            $"{major}|logical|off|godwit|UTF8",
            await database.Run(
                """
                SELECT current_setting('server_version_num')::int / 10000, current_setting('wal_level'),
                  current_setting('fsync'), current_user, current_setting('server_encoding')
                """));
        await database.Run("SELECT pg_create_logical_replication_slot('kept', 'pgoutput')");
        Assert.Contains("does not exist", await database.TryRun("SELECT * FROM absent"));
    }

    [Fact]
    public async Task A_database_goes_with_all_that_holds_it()
    {
        var server = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        var database = await server.CreateDatabase();
        await database.Run(
            $"""
            SELECT pg_create_logical_replication_slot('slot_of_{database.Name}', 'pgoutput') \g /dev/null
            CREATE TABLE t(a int); BEGIN; INSERT INTO t VALUES(1); PREPARE TRANSACTION 'of {database.Name}';
            """);
        await database.DisposeAsync();
        Assert.Equal("0", await server.Administration.Run(
            $"SELECT count(*) FROM pg_database WHERE datname = '{database.Name}'"));
        Assert.Equal("0", await server.Administration.Run(
            $"SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'slot_of_{database.Name}'"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restart_keeps_the_port_and_what_was_committed(bool immediate)
    {
        await using var server = await PostgreSqlServer.Own(
            PostgreSqlServer.Distribution, "max_slot_wal_keep_size = 7MB");
        var port = server.Port;
        var database = await server.CreateDatabase();
        await database.Run("CREATE TABLE t AS SELECT 42 AS a");

        await server.Restart(immediate);

        Assert.Equal(port, server.Port);
        Assert.Equal("42|7MB", await database.Run("SELECT a, current_setting('max_slot_wal_keep_size') FROM t"));
        Assert.Equal(immediate, server.Log.Contains("automatic recovery in progress", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_shared_server_is_stopped_by_nobody()
    {
        var server = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.Restart(immediate: true));
    }
}
