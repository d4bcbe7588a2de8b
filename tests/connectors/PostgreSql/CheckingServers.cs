using Godwit.Core.Problems;
using Godwit.Core.Stores;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Connectors.PostgreSql;

/// <summary>What <c>check</c> finds out about the servers and about who asks.</summary>
public sealed class CheckingServers
{
    private const string Table = "CREATE TABLE orders (id bigint PRIMARY KEY, tenant integer NOT NULL, what text);";

    [Theory]
    [InlineData(StoreRole.Source, "")]
    [InlineData(StoreRole.Target, "")]
    [InlineData(StoreRole.Target, Table)]
    public async Task A_plain_move_is_told_nothing(StoreRole role, string there)
    {
        await using var move = await CheckedMove.Create(Table, there);

        // Another test's transactions on the same server are a fact, and no fault.
        Assert.DoesNotContain(await move.Check(role), one => one.Code != "GW-PGS-030");
    }

    [Fact]
    public async Task A_server_that_cannot_tell_changes_stops_as_a_source_and_as_a_target_that_traffic_may_leave_again()
    {
        await using var server = await PostgreSqlServer.Own(
            PostgreSqlServer.Distribution, "wal_level = replica", "max_replication_slots = 0", "max_wal_senders = 0",
            "max_slot_wal_keep_size = 1MB");
        var move = await CheckedMove.Create(server, server, Table);
        foreach (var role in new[] { StoreRole.Source, StoreRole.Target })
        {
            var problems = await move.Check(role);
            Assert.Contains(problems, one => one is { Code: "GW-PGS-014", Recovery: Recovery.Stop });
            Assert.Equal(2, problems.Count(one => one is { Code: "GW-PGS-029", Recovery: Recovery.Stop }));
            Assert.Contains(problems, one => one is { Code: "GW-PGS-031", Recovery: Recovery.Retry });
        }
        var oneWay = new CheckedMove(move.Source, move.Target) { FeedsBack = false };
        Assert.All(await oneWay.Check(StoreRole.Target), one => Assert.Equal(Recovery.Retry, one.Recovery));
    }

    [Fact]
    public async Task A_slot_that_may_not_be_idle_is_told()
    {
        await using var server = await PostgreSqlServer.Own(18, "idle_replication_slot_timeout = 1h");
        var move = await CheckedMove.Create(server, server, Table);
        var problem = await move.Find("GW-PGS-041", StoreRole.Source);
        Assert.Contains("1h", problem.What, StringComparison.Ordinal);
        Assert.Equal(Recovery.Retry, problem.Recovery);
    }

    [Fact]
    public async Task A_standby_stops()
    {
        await using var server = await PostgreSqlServer.Own(PostgreSqlServer.Distribution);
        var move = await CheckedMove.Create(server, server, Table);
        await server.Administration.Run(
            """
            DO $$ BEGIN EXECUTE format('COPY (SELECT 1 WHERE false) TO %L',
              current_setting('data_directory') || '/standby.signal'); END $$
            """);
        await server.Restart(immediate: false);
        Assert.Contains("standby", (await move.Find("GW-PGS-040", StoreRole.Source)).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_read_only_stops()
    {
        await using var move = await CheckedMove.Create(Table);
        await move.Target.Server.Administration.Run(
            $"ALTER DATABASE {move.Target.Name} SET default_transaction_read_only = on");
        Assert.Equal(Recovery.Stop, (await move.Find("GW-PGS-040", StoreRole.Target)).Recovery);
    }

    [Fact]
    public async Task Every_right_that_is_missing_is_told_with_the_statement_that_grants_it()
    {
        await using var move = await CheckedMove.Create(
            $"""
            {Table} ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
            CREATE SCHEMA shut; CREATE TABLE shut.more (id int PRIMARY KEY);
            CREATE SCHEMA _godwit;
            """);
        var user = $"guest_{move.Source.Name}";
        await move.Source.Run($"CREATE ROLE {user} LOGIN");
        try
        {
            var problems = await move.Check(StoreRole.Source, user);
            var remedies = problems.Where(one => one.Code == "GW-PGS-027").Select(one => one.Remedy).ToArray();
            string[] expected =
            [
                $"GRANT CREATE ON DATABASE {move.Source.Name} TO {user};",
                $"GRANT SET ON PARAMETER session_replication_role TO {user};",
                $"ALTER ROLE {user} REPLICATION;",
                $"ALTER TABLE public.orders OWNER TO {user};",
                $"ALTER ROLE {user} BYPASSRLS;",
                $"ALTER TABLE shut.more OWNER TO {user};",
                $"GRANT USAGE ON SCHEMA shut TO {user};",
            ];
            Assert.Equal(
                [.. expected.Select(one => "Run there: " + one).Order()],
                remedies.Where(one => !one.Contains('…')).Order().ToArray());
            Assert.Contains(problems, one => one.What.Contains("schema _godwit, which", StringComparison.Ordinal));
        }
        finally
        {
            await move.Source.Run($"DROP ROLE {user}");
        }
    }

    [Fact]
    public async Task A_right_that_is_missing_hides_no_other_problem()
    {
        await using var move = await CheckedMove.Create(
            Table, "CREATE TABLE orders (id bigint PRIMARY KEY, tenant text NOT NULL, what text)");
        var user = $"guest_{move.Source.Name}";
        await move.Source.Run($"CREATE ROLE {user} LOGIN");
        try
        {
            var report = await move.LookAtAll(user);
            Assert.False(report.MayRun);
            Assert.Superset(
                new HashSet<string> { "GW-PGS-005", "GW-PGS-020", "GW-PGS-027" },
                report.Problems.Select(one => one.Code).ToHashSet());
        }
        finally
        {
            await move.Source.Run($"DROP ROLE {user}");
        }
    }

    [Fact]
    public async Task Too_few_connections_are_told()
    {
        await using var move = await CheckedMove.Create(Table);
        var user = $"few_{move.Source.Name}";
        await move.Source.Run($"CREATE ROLE {user} LOGIN CONNECTION LIMIT 3");
        try
        {
            var problem = await move.Find("GW-PGS-042", StoreRole.Source, user);
            Assert.Contains("2 connections left", problem.What, StringComparison.Ordinal);
            Assert.Contains("role", problem.Why, StringComparison.Ordinal);
        }
        finally
        {
            await move.Source.Run($"DROP ROLE {user}");
        }
    }

    [Fact]
    public async Task A_slot_of_the_same_name_is_told_and_stops_when_it_is_somebody_elses()
    {
        await using var move = await CheckedMove.Create(Table);
        var slot = await move.Source.Run(
            $"SELECT '_godwit_{CheckedMove.Mark}_' || oid FROM pg_database WHERE datname = current_database()");
        await move.Source.Run($@"SELECT pg_create_logical_replication_slot('{slot}', 'pgoutput') \g /dev/null");
        Assert.Equal(Recovery.Retry, (await move.Find("GW-PGS-068", StoreRole.Source)).Recovery);
        await move.Source.Run(
            $"""
            SELECT pg_drop_replication_slot('{slot}') \g /dev/null
            SELECT pg_create_logical_replication_slot('{slot}', 'test_decoding') \g /dev/null
            """);
        var problem = await move.Find("GW-PGS-043", StoreRole.Source);
        Assert.Contains("test_decoding", problem.Why, StringComparison.Ordinal);
        Assert.Equal(Recovery.Stop, problem.Recovery);
    }

    [Fact]
    public async Task A_prepared_transaction_of_any_database_keeps_a_slot_waiting()
    {
        await using var other = await CheckedMove.Create(Table);
        await using var move = await CheckedMove.Create(Table);
        await other.Source.Run(
            $"BEGIN; INSERT INTO orders VALUES (1, 1); PREPARE TRANSACTION '{other.Source.Name}';");
        Assert.Equal(Recovery.Retry, (await move.Find("GW-PGS-030", StoreRole.Source)).Recovery);
    }

    [Fact]
    public async Task A_database_of_the_same_server_is_no_other_one()
    {
        await using var move = await CheckedMove.Create(Table);
        var same = new CheckedMove(move.Source, move.Source);
        Assert.Equal(Recovery.Stop, (await same.Find("GW-PGS-033", StoreRole.Target)).Recovery);
        await move.Miss("GW-PGS-033", StoreRole.Target);
    }
}
