using Godwit.Tests.Servers;
using Npgsql;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>What other movers of PostgreSQL are known to have lost, through the program itself.</summary>
public sealed class KnownLosses
{
    private const string Rows = "CREATE TABLE t(id int PRIMARY KEY, v text);"
        + "INSERT INTO t SELECT n, 'v' || n FROM generate_series(1, 100) n;";

    [Fact]
    public async Task Transactions_that_begin_and_commit_in_different_orders()
    {
        // A slot waits for all transactions of its server, so the target has one of its own.
        await using var target = await PostgreSqlServer.Own(PostgreSqlServer.Distribution);
        await using var move = await SmallMove.Begin(
            Rows, await PostgreSqlServer.Shared(PostgreSqlServer.Distribution), target);
        await using var first = await Begin(move.Source, "UPDATE t SET v = 'first' WHERE id = 1");
        // Nothing is copied before the target can be prepared.
        await using var unprepared = await Begin(move.Target, "CREATE SCHEMA _godwit");
        move.Move.Start();
        await WaitsForOthers(move.Source);
        await Run(first, "INSERT INTO t VALUES (1001, 'first'); COMMIT");
        await Until.Holds("the slot and the fence are made", async () => await move.Source.Run(
            """
            SELECT count(*) FROM pg_replication_slots, pg_trigger
              WHERE database = current_database() AND confirmed_flush_lsn IS NOT NULL AND tgname LIKE '\_godwit%'
            """) != "0");
        // Begun before the copy and committed after it.
        await using var second = await Begin(move.Source, "UPDATE t SET v = 'second' WHERE id = 2");
        await Run(unprepared, "ROLLBACK");
        await move.Move.Follows();
        await using var third = await Begin(move.Source, "DELETE FROM t WHERE id = 3");
        await Run(second, "INSERT INTO t VALUES (1002, 'second'); COMMIT");
        await using var fourth = await Begin(move.Source, "UPDATE t SET id = 1004 WHERE id = 4");
        await Run(third, "INSERT INTO t VALUES (3, 'third'); COMMIT");
        await move.Source.Run("UPDATE t SET v = 'in between' WHERE id = 5");
        await Run(fourth, "COMMIT");
        await move.CutOver();
    }

    [Fact]
    public async Task A_transaction_that_is_prepared_at_the_start()
    {
        await using var move = await SmallMove.Begin(Rows);
        var gid = $"of {move.Source.Name}";
        await move.Source.Run($"BEGIN; UPDATE t SET v = 'prepared' WHERE id = 7; PREPARE TRANSACTION '{gid}'");
        Assert.Contains("GW-PGS-030", (await move.Move.Check()).ToString());
        move.Move.Start();
        await WaitsForOthers(move.Source);
        await move.Source.Run($"COMMIT PREPARED '{gid}'");
        await move.Move.Follows();
        await move.Source.Run($"BEGIN; UPDATE t SET v = 'again' WHERE id = 8; PREPARE TRANSACTION '{gid}'");
        await move.Source.Run($"COMMIT PREPARED '{gid}'");
        await move.CutOver();
    }

    [Fact]
    public async Task A_keepalive_while_the_target_stands_still()
    {
        await using var source = await PostgreSqlServer.Own(
            PostgreSqlServer.Distribution, "wal_sender_timeout = 4s");
        await using var move = await SmallMove.Begin(
            Rows, source, await PostgreSqlServer.Shared(PostgreSqlServer.Distribution));
        move.Move.Start();
        await move.Move.Follows();

        await using (var still = await Begin(move.Target, "LOCK TABLE t"))
        {
            await move.Source.Run("UPDATE t SET v = 'not there yet' WHERE id = 1");
            var written = await move.Source.Run("SELECT pg_current_wal_insert_lsn()");
            for (var keepalive = 0; keepalive < 3; keepalive++)
                await Reports(move.Source);
            Assert.Equal("t", await move.Source.Run(
                $"""
                SELECT confirmed_flush_lsn < '{written}' FROM pg_replication_slots
                  WHERE database = current_database()
                """));
            await move.Move.Runner.Kill();
        }
        move.Move.Start();
        await move.Move.Follows();
        await move.CutOver();
    }

    [Fact]
    public async Task A_transaction_in_progress_when_Godwit_is_killed_or_paused()
    {
        await using var move = await SmallMove.Begin(Rows);
        move.Move.Start();
        await move.Move.Follows();

        await using var open = await Begin(move.Source, "UPDATE t SET v = 'in progress' WHERE id = 1");
        await move.Source.Run("UPDATE t SET v = 'before' WHERE id = 2");
        await Until.Holds("it is there", async () =>
            await move.Target.Run("SELECT v FROM t WHERE id = 2") == "before");
        await move.Move.Runner.Kill();
        await move.Source.Run("UPDATE t SET v = 'nobody looks' WHERE id = 3");
        await Run(open, "DELETE FROM t WHERE id = 4");
        move.Move.Start();
        await move.Move.Follows();
        await move.Move.Command("pause");
        await Run(open, "INSERT INTO t VALUES (1005, 'at rest'); COMMIT");
        await move.Move.Command("resume");
        await move.CutOver();
    }

    [Fact]
    public async Task Many_rows_at_one_place_of_the_log()
    {
        await using var move = await SmallMove.Begin(Rows);
        move.Move.Start();
        await move.Move.Follows();
        // Rows that come by COPY share records of the log; so do those of a cascade of statements in one transaction.
        var lines = string.Concat(Enumerable.Range(2_000, 20_000).Select(n => $"{n}\tcopied {n}\n"));
        await move.Source.Run($"COPY t FROM STDIN;\n{lines}\\.\n");
        await move.Source.Run(
            "BEGIN; DELETE FROM t WHERE id % 7 = 0; UPDATE t SET id = id + 100000 WHERE id % 3 = 0; COMMIT");
        await move.CutOver();
    }

    [Fact]
    public async Task A_cutover_of_a_database_that_nobody_writes_to_on_a_server_where_others_do()
    {
        await using var move = await SmallMove.Begin(Rows);
        await using var other = await move.Source.Server.CreateDatabase();
        move.Move.Start();
        await move.Move.Follows();
        await other.Run("CREATE TABLE busy AS SELECT n, md5(n::text) FROM generate_series(1, 100000) n");
        var answer = await move.Move.Godwit("cutover", DatabaseMove.Name);
        Assert.True(answer.Code == 0, answer.ToString());
        await move.HandOver("rollback");
    }

    [Fact]
    public async Task A_commit_that_does_not_wait_for_the_disk_just_before_the_fence()
    {
        await using var source = await PostgreSqlServer.Own(
            PostgreSqlServer.Distribution, "synchronous_commit = off", "wal_writer_delay = 10s");
        await using var move = await SmallMove.Begin(
            Rows, source, await PostgreSqlServer.Shared(PostgreSqlServer.Distribution));
        move.Move.Start();
        await move.Move.Follows();

        var writing = WriteUntilRefused(move.Source);
        await move.CutOver();
        var last = await writing;
        Assert.Equal($"{last}", await move.Target.Run("SELECT max(id) FROM t"));
        Assert.True(last > 1_010, $"{last}");
    }

    [Fact]
    public async Task A_row_that_somebody_deleted_at_the_target()
    {
        await using var move = await SmallMove.Begin(Rows);
        move.Move.Start();
        await move.Move.Follows();
        await move.Source.Run("UPDATE t SET v = 'before' WHERE id = 1");
        await Until.Holds("it is there", async () =>
            await move.Target.Run("SELECT v FROM t WHERE id = 1") == "before");
        await move.Target.Run("DELETE FROM t WHERE id IN (2, 3)");
        await move.Source.Run("UPDATE t SET v = 'missed' WHERE id = 2");
        await move.Move.Shows(
            "the alarm", one => one.Problem.StartsWith("GW-ENG-029", StringComparison.Ordinal));
        var status = await move.Move.Godwit("status", DatabaseMove.Name, "--json");
        Assert.Equal(1, (int?)status.Json?["records_missed"]);

        // The alarm has everything looked at again, and so the other row is found.
        await Until.Holds("both rows are there", async () =>
            await move.Target.Run("SELECT count(*) FROM t WHERE id IN (2, 3)") == "2");
        await move.Move.Command("resume");
        await move.CutOver();
    }

    [Fact]
    public async Task A_truncated_table_is_empty_at_the_target_too()
    {
        await using var move = await SmallMove.Begin(
            Rows + "CREATE TABLE child(id int PRIMARY KEY, t int REFERENCES t); INSERT INTO child VALUES (1, 1)");
        move.Move.Start();
        await move.Move.Follows();
        await move.Source.Run("TRUNCATE t, child");
        await Until.Holds("it is empty", async () => await move.Target.Run("SELECT count(*) FROM t") == "0");
        await move.Source.Run(
            """
            INSERT INTO t VALUES (1, 'after it'), (2, 'gone soon'); INSERT INTO child VALUES (1, 1);
            BEGIN; UPDATE t SET v = 'gone'; TRUNCATE t CASCADE; INSERT INTO t VALUES (1, 'last'); COMMIT;
            """);
        await move.CutOver();
    }

    [Fact]
    public async Task A_table_that_is_truncated_for_all_tenants_stops_the_move_of_one()
    {
        await using var journey = await OneTenant();
        await journey.Source.Run("TRUNCATE stock");
        await journey.Move.Shows("it stops", one => one.Problem.StartsWith("GW-PGS-018", StringComparison.Ordinal));
        const string Count = "SELECT count(*) > 0, count(*) FILTER (WHERE tenant_id = 2) > 0 FROM stock";
        Assert.Equal("t|t", await journey.Target.Run(Count));
    }

    [Fact]
    public async Task Whoever_meant_to_truncate_a_table_for_all_tenants_goes_on_as_he_is_told()
    {
        await using var journey = await OneTenant();
        await journey.Source.Run("TRUNCATE stock");
        await journey.Move.Shows("it stops", one => one.Problem.StartsWith("GW-PGS-018", StringComparison.Ordinal));
        await journey.Target.Run("DELETE FROM stock WHERE tenant_id = 2");
        await journey.Move.Command("resume");
        await journey.Source.Run("INSERT INTO stock VALUES (2, 'after it', 1, 1, NULL)");
        await journey.Move.Command("cutover");
        Assert.Equal("after it", await journey.Target.Run("SELECT sku FROM stock WHERE tenant_id = 2"));
    }

    [Fact]
    public async Task A_row_that_came_while_it_was_followed_and_is_deleted_after_the_cutover()
    {
        await using var journey = await OneTenant();
        const string Count = "SELECT count(*) FROM stock WHERE tenant_id = 2 AND sku = 'late'";
        await journey.Source.Run("INSERT INTO stock VALUES (2, 'late', 1, 1, NULL)");
        await Until.Holds("it is there", async () => await journey.Target.Run(Count) == "1");
        await journey.Move.Command("cutover");
        await journey.Target.Run("DELETE FROM stock WHERE tenant_id = 2 AND sku = 'late'");
        await journey.Move.Command("rollback");
        Assert.Equal("0", await journey.Source.Run(Count));
    }

    [Fact]
    public async Task A_shard_gives_out_its_own_numbers_after_a_tenant_has_come_back()
    {
        await using var journey = await OneTenant();
        await journey.Move.Command("cutover");
        await journey.Move.Command("rollback");
        var id = await journey.Source.Run(
            "INSERT INTO customers(tenant_id, email) VALUES (1, 'new') RETURNING id");
        Assert.InRange(long.Parse(id), 1_000_000_000, 1_999_999_999);
    }

    [Theory]
    [InlineData("jsonb", "'1.0'", "'1.000'")]
    [InlineData("numeric", "1.0", "1.000")]
    [InlineData("citext", "'a'", "'A'")]
    public async Task A_key_that_comes_and_is_written_in_another_way_that_is_equal(
        string type, string first, string then)
    {
        await using var move = await SmallMove.Begin(
            $"CREATE EXTENSION citext; CREATE TABLE t(k {type} PRIMARY KEY, v int)");
        move.Move.Start();
        await move.Move.Follows();
        await move.Source.Run($"BEGIN; INSERT INTO t VALUES ({first}, 1); UPDATE t SET k = {then}; COMMIT");
        await move.CutOver();
    }

    /// <summary>The tenant 2, followed, between two shards that nobody else writes to.</summary>
    private static async Task<ShopJourney> OneTenant()
    {
        var server = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        var journey = await ShopJourney.Begin(
            new ShopPlan { Seed = 1, Tenant = 2, TargetTenants = 2, Writers = 1 }, server, server);
        try
        {
            await journey.Traffic.Stop();
            journey.Move.Start();
            await journey.Move.Follows();
            return journey;
        }
        catch
        {
            await journey.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the slot is being made, which waits for transactions that have written.</summary>
    private static Task WaitsForOthers(PostgreSqlDatabase source) => Until.Holds(
        "the slot is waited for",
        async () => await source.Run(
            """
            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
              AND query ~ 'pg_create_logical_replication_slot' AND wait_event = 'transactionid'
            """) == "1",
        patience: TimeSpan.FromMinutes(2));

    /// <summary>Writes one row a transaction and returns the last that was acknowledged.</summary>
    private static async Task<int> WriteUntilRefused(PostgreSqlDatabase database)
    {
        await using var connection = await Open(database);
        for (var id = 1_001; ; id++)
        {
            try
            {
                await Run(connection, $"INSERT INTO t VALUES ({id}, 'hasty')");
            }
            catch (PostgresException refused) when (refused.SqlState == "GWF01")
            {
                return id - 1;
            }
        }
    }

    /// <summary>Waits until the reader of the log has told the server once more where it stands.</summary>
    private static async Task Reports(PostgreSqlDatabase source)
    {
        var now = await source.Run("SELECT clock_timestamp()");
        await Until.Holds("the reader has reported", async () => await source.Run(
            $"SELECT count(*) FROM pg_stat_replication WHERE reply_time > '{now}'") == "1");
    }

    private static async Task<NpgsqlConnection> Begin(PostgreSqlDatabase database, string sql)
    {
        var connection = await Open(database);
        await Run(connection, $"BEGIN; {sql}");
        return connection;
    }

    private static async Task<NpgsqlConnection> Open(PostgreSqlDatabase database)
    {
        var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
