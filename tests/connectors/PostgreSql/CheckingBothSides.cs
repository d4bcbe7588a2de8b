using Godwit.Connectors.PostgreSql.Checking;
using Godwit.Core.Problems;
using Godwit.Core.Stores;
using Godwit.Tests.Servers;
using Npgsql;

namespace Godwit.Tests.Connectors.PostgreSql;

/// <summary>What <c>check</c> finds out by comparing source and target.</summary>
public sealed class CheckingBothSides
{
    private const string Table = "CREATE TABLE orders (id bigint PRIMARY KEY, tenant integer NOT NULL, what text);";

    [Theory]
    [InlineData("CREATE TYPE mood AS ENUM ('a', 'b')", "CREATE TYPE mood AS ENUM ('b')", "GW-PGS-067", Recovery.Stop)]
    [InlineData(
        "CREATE TYPE mood AS ENUM ('a', 'b')", "CREATE TYPE mood AS ENUM ('b', 'a')", "GW-PGS-052", Recovery.Retry)]
    [InlineData("CREATE DOMAIN mood AS text", "CREATE TYPE mood AS ENUM ('b')", "GW-PGS-051", Recovery.Stop)]
    [InlineData("CREATE DOMAIN mood AS text", "CREATE DOMAIN mood AS text NOT NULL", "GW-PGS-066", Recovery.Stop)]
    [InlineData(
        "CREATE DOMAIN mood AS int CHECK (VALUE > 1)", "CREATE DOMAIN mood AS int CHECK (VALUE > 2)", "GW-PGS-066",
        Recovery.Stop)]
    [InlineData("CREATE TYPE mood AS (a int)", "CREATE TYPE mood AS (a int, b int)", "GW-PGS-066", Recovery.Stop)]
    [InlineData(
        "CREATE TYPE mood AS RANGE (subtype = int)", "CREATE TYPE mood AS RANGE (subtype = bigint)", "GW-PGS-066",
        Recovery.Stop)]
    public async Task A_type_that_is_defined_otherwise_is_told(
        string source, string target, string code, Recovery recovery)
    {
        const string In = "CREATE TYPE inner_one AS (m mood[]); CREATE TABLE t (id int PRIMARY KEY, c inner_one[])";
        await using var move = await CheckedMove.Create($"{source}; {In}", $"{target}; {In}");
        Assert.Equal(recovery, (await move.Find(code, StoreRole.Target)).Recovery);
    }

    [Fact]
    public async Task A_missing_label_is_told_with_the_statement_that_adds_it()
    {
        const string In = "CREATE TABLE t (id int PRIMARY KEY, m mood)";
        await using var move = await CheckedMove.Create(
            $"CREATE TYPE mood AS ENUM ('it''s', 'b'); {In}", $"CREATE TYPE mood AS ENUM ('b'); {In}");
        var remedy = (await move.Find("GW-PGS-067", StoreRole.Target)).Remedy;
        await move.Target.Run(remedy["Run there: ".Length..]);
        await move.Miss("GW-PGS-067", StoreRole.Target);
    }

    [Fact]
    public async Task Another_encoding_stops_and_another_order_is_told()
    {
        await using var encoded = await CheckedMove.Create(
            Table, options: "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        Assert.Equal(Recovery.Stop, (await encoded.Find("GW-PGS-034", StoreRole.Target)).Recovery);
        await using var ordered = await CheckedMove.Create(
            Table, options: "LC_COLLATE 'C' LC_CTYPE 'C.UTF-8' TEMPLATE template0");
        Assert.Equal(Recovery.Retry, (await ordered.Find("GW-PGS-054", StoreRole.Target)).Recovery);
        await ordered.Miss("GW-PGS-034", StoreRole.Target);
    }

    [Fact]
    public async Task A_collation_that_the_target_lacks_stops()
    {
        await using var move = await CheckedMove.Create(
            """
            CREATE TABLE t (id int PRIMARY KEY, a text COLLATE "de-x-icu", b text);
            CREATE INDEX ON t (b COLLATE "sv-x-icu");
            """);
        Assert.DoesNotContain(await move.Check(StoreRole.Target), one => one.Recovery == Recovery.Stop);
        await move.Target.Run(
            "SET allow_system_table_mods = on; DELETE FROM pg_collation WHERE collname IN ('de-x-icu', 'sv-x-icu')");
        var missing = (await move.Check(StoreRole.Target)).Where(one => one.Code == "GW-PGS-053").ToArray();
        Assert.Equal(2, missing.Length);
        Assert.All(missing, one => Assert.Equal(Recovery.Stop, one.Recovery));
    }

    [Fact]
    public async Task An_order_that_changed_under_its_indexes_is_told()
    {
        await using var move = await CheckedMove.Create(
            """CREATE TABLE t (id int PRIMARY KEY, a text COLLATE "de-x-icu")""");
        await move.Miss("GW-PGS-055", StoreRole.Target);
        await move.Source.Run(
            "SET allow_system_table_mods = on; UPDATE pg_collation SET collversion = '1' WHERE collname = 'de-x-icu'");
        Assert.Equal(Recovery.Retry, (await move.Find("GW-PGS-055", StoreRole.Target)).Recovery);
    }

    [Fact]
    public async Task Roles_rights_and_owners_that_are_missing_are_told_as_statements_that_work()
    {
        var from = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        var to = await PostgreSqlServer.Shared(18);
        await using var move = await CheckedMove.Create(from, to);
        var role = "r_" + move.Source.Name;
        string[] roles = [$"{role}_group", $"{role}_app", $"{role}_owner"];
        await move.Source.Run(
            $"""
            CREATE ROLE {role}_group; CREATE ROLE {role}_app LOGIN IN ROLE {role}_group; CREATE ROLE {role}_owner;
            CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO {role}_group;
            CREATE TABLE s.orders (id serial PRIMARY KEY, what text); ALTER TABLE s.orders OWNER TO {role}_owner;
            CREATE TABLE s.more (id int PRIMARY KEY);
            GRANT SELECT, INSERT ON s.orders, s.more TO {role}_group; GRANT UPDATE (what) ON s.orders TO {role}_group;
            GRANT USAGE ON SEQUENCE s.orders_id_seq TO {role}_group; GRANT SELECT ON s.more TO PUBLIC;
            """);
        try
        {
            string[] codes = ["GW-PGS-058", "GW-PGS-059", "GW-PGS-060"];
            var problems = (await move.Check(StoreRole.Target)).Where(one => codes.Contains(one.Code)).ToArray();
            Assert.Equal(codes, problems.Select(one => one.Code));
            Assert.All(problems, one => Assert.Equal(Recovery.Retry, one.Recovery));
            Assert.Contains("GRANT INSERT, SELECT ON TABLE s.", problems[1].Remedy, StringComparison.Ordinal);
            await move.Target.Run(
                "CREATE SCHEMA s; CREATE TABLE s.orders (id serial PRIMARY KEY, what text);"
                + " CREATE TABLE s.more (id int PRIMARY KEY)");
            foreach (var problem in problems)
                await move.Target.Run(problem.Remedy[(problem.Remedy.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
            Assert.DoesNotContain(await move.Check(StoreRole.Target), one => codes.Contains(one.Code));
        }
        finally
        {
            var drop = string.Join(' ', roles.Select(one => $"DROP OWNED BY {one} CASCADE; DROP ROLE {one};"));
            await move.Source.Run(drop);
            await move.Target.TryRun(drop);
        }
    }

    [Fact]
    public async Task What_is_in_the_way_of_the_schema_stops()
    {
        const string Things =
            """
            CREATE SCHEMA s; CREATE TYPE s.kind AS ENUM ('a'); CREATE VIEW v AS SELECT 1;
            CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
            """;
        await using var move = await CheckedMove.Create(Table + Things, Things);
        var problem = await move.Find("GW-PGS-061", StoreRole.Target);
        Assert.Equal(Recovery.Stop, problem.Recovery);
        Assert.Contains(
            "function public.f(integer), relation public.v, schema s, type s.kind", problem.Why,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "CREATE TABLE log (a int); CREATE VIEW v AS SELECT a FROM log", "view public.v", "CREATE TABLE log (a int)")]
    [InlineData(
        "CREATE TABLE p (id int PRIMARY KEY); ALTER TABLE p REPLICA IDENTITY NOTHING;"
        + " CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT up REFERENCES p)",
        "foreign key up of public.c", "CREATE TABLE p (id int PRIMARY KEY)")]
    public async Task What_refers_to_a_table_that_is_not_moved_stops_unless_that_one_is_there(
        string sql, string thing, string made)
    {
        await using var move = await CheckedMove.Create(Table + sql);
        var problem = await move.Find("GW-PGS-069", StoreRole.Target);
        Assert.Equal(Recovery.Stop, problem.Recovery);
        Assert.Contains(thing, problem.What, StringComparison.Ordinal);
        await move.Target.Run(made);
        Assert.DoesNotContain(await move.Check(StoreRole.Target), one => one.Recovery == Recovery.Stop);
    }

    [Fact]
    public async Task What_only_a_superuser_may_make_stops_everybody_else()
    {
        await using var move = await CheckedMove.Create(
            $"""
            {Table} CREATE EXTENSION pg_stat_statements; CREATE EXTENSION pgcrypto;
            CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
            CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION e();
            """);
        var user = $"guest_{move.Target.Name}";
        await move.Target.Run($"CREATE ROLE {user} LOGIN; GRANT CREATE ON DATABASE {move.Target.Name} TO {user}");
        try
        {
            Assert.Contains(
                "CREATE EXTENSION \"pg_stat_statements\";",
                (await move.Find("GW-PGS-062", StoreRole.Target, user)).Remedy, StringComparison.Ordinal);
            await move.Find("GW-PGS-045", StoreRole.Target, user);
            Assert.Contains(await move.Check(StoreRole.Target, user), one => one.Remedy
                == $"Run there: GRANT CREATE ON SCHEMA public TO {user};");
            Assert.DoesNotContain(
                await move.Check(StoreRole.Target), one => one.Code is "GW-PGS-062" or "GW-PGS-045");
        }
        finally
        {
            await move.Target.Run($"DROP OWNED BY {user}; DROP ROLE {user}");
        }
    }

    [Fact]
    public async Task An_extension_that_cannot_be_had_stops_and_one_of_another_version_is_told()
    {
        var from = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        await using var move = await CheckedMove.Create(
            from, from, $"{Table} CREATE EXTENSION pgcrypto; CREATE EXTENSION hstore VERSION '1.4'");
        Assert.Equal(Recovery.Retry, (await move.Find("GW-PGS-063", StoreRole.Target)).Recovery);
        await move.Source.Run("UPDATE pg_extension SET extname = 'nobody_has_it' WHERE extname = 'pgcrypto'");
        Assert.Equal(Recovery.Stop, (await move.Find("GW-PGS-035", StoreRole.Target)).Recovery);
    }

    [Fact]
    public async Task A_target_that_is_older_is_told()
    {
        var (newer, older) = (await PostgreSqlServer.Shared(18), await PostgreSqlServer.Shared(
            PostgreSqlServer.Distribution));
        await using var move = await CheckedMove.Create(newer, older, Table);
        Assert.Equal(Recovery.Retry, (await move.Find("GW-PGS-064", StoreRole.Target)).Recovery);
        // The distribution's pg_dump is older than the source too.
        Assert.Equal(Recovery.Stop, (await move.Find("GW-PGS-022", StoreRole.Target)).Recovery);
    }

    [Fact]
    public async Task A_target_whose_log_could_not_feed_the_way_back_stops_when_there_is_one()
    {
        await using var move = await CheckedMove.Create(Table, Table + "ALTER TABLE orders REPLICA IDENTITY NOTHING");
        Assert.Equal(Recovery.Stop, (await move.Find("GW-PGS-065", StoreRole.Target)).Recovery);
        await new CheckedMove(move.Source, move.Target) { FeedsBack = false }.Miss("GW-PGS-065", StoreRole.Target);
    }

    [Theory]
    [InlineData(10L << 30, 9L << 30, "GW-PGS-056")]
    [InlineData(10L << 30, 11L << 30, null)]
    [InlineData(10L << 30, null, "GW-PGS-057")]
    [InlineData(10L << 20, null, null)]
    public void Room_is_told_when_it_is_too_small_or_cannot_be_seen(long need, long? free, string? code) =>
        Assert.Equal(code, RoomCheck.Of("there", need, free)?.Code);

    [Fact]
    public async Task Room_is_seen_where_the_servers_folder_is()
    {
        Assert.SkipUnless(Environment.UserName is "root" or "postgres", "Only they may look into a server's folder.");
        var server = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        await using var connection = new NpgsqlConnection(server.Administration.ConnectionString);
        await connection.OpenAsync();
        Assert.True(await RoomCheck.Free(connection, CancellationToken.None) > 0);
    }

    [Fact]
    public void Grants_of_many_tables_are_told_in_few_statements()
    {
        var statements = GrantCheck.Statements(
            from table in new[] { "a", "b" }
            from right in new[] { "SELECT", "INSERT" }
            select new Grant("TABLE", table, right, "app", Option: false));
        Assert.Equal(["GRANT INSERT, SELECT ON TABLE a, b TO app;"], statements);
    }
}
