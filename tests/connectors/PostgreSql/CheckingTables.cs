using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.PostgreSql;

/// <summary>What <c>check</c> finds out about tables and about what else works with them.</summary>
public sealed class CheckingTables
{
    private const string Table = "CREATE TABLE orders (id bigint PRIMARY KEY, tenant integer NOT NULL, what text);";

    [Theory]
    [InlineData("CREATE UNLOGGED TABLE t (id int PRIMARY KEY)", "UNLOGGED")]
    [InlineData("CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u () INHERITS (t)", "inheritance")]
    [InlineData(
        """
        CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
        CREATE FOREIGN TABLE t (id int) SERVER s
        """,
        "foreign table")]
    [InlineData(
        """
        CREATE TABLE t (id int PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE UNLOGGED TABLE u PARTITION OF t FOR VALUES FROM (1) TO (2)
        """,
        "partition public.u")]
    public async Task A_table_that_the_log_does_not_tell_stops(string sql, string why)
    {
        await using var move = await CheckedMove.Create(sql);
        var problems = await move.Check(StoreRole.Source);
        Assert.Contains(problems, one => one is { Code: "GW-PGS-026", Recovery: Recovery.Stop }
            && one.Why.Contains(why, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("CREATE TABLE t (id int)", "no primary key")]
    [InlineData("CREATE TABLE t (id int PRIMARY KEY DEFERRABLE)", "DEFERRABLE")]
    [InlineData("CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t REPLICA IDENTITY NOTHING", "NOTHING")]
    public async Task A_table_whose_rows_cannot_be_told_apart_stops(string sql, string why)
    {
        await using var move = await CheckedMove.Create(sql);
        Assert.Contains(why, (await move.Find("GW-PGS-015", StoreRole.Source)).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_temporary_table_is_nobodys()
    {
        await using var move = await CheckedMove.Create(Table);
        await move.Source.Run("CREATE TEMPORARY TABLE t (id int)");
        Assert.DoesNotContain(await move.Check(StoreRole.Source), one => one.Recovery == Recovery.Stop);
    }

    [Fact]
    public async Task Publications_are_told_also_those_for_all_tables()
    {
        await using var move = await CheckedMove.Create(
            $"{Table} CREATE PUBLICATION one FOR TABLE orders; CREATE PUBLICATION none",
            $"{Table} CREATE PUBLICATION \"All\" FOR ALL TABLES");
        Assert.Contains("one", (await move.Find("GW-PGS-046", StoreRole.Source)).What, StringComparison.Ordinal);
        var all = await move.Find("GW-PGS-046", StoreRole.Target);
        Assert.Contains("ALL TABLES", all.Why, StringComparison.Ordinal);
        Assert.Contains("DROP PUBLICATION \"All\";", all.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subscription_that_writes_to_a_moved_table_is_told()
    {
        await using var move = await CheckedMove.Create(Table, Table);
        await move.Target.Run(
            """
            CREATE SUBSCRIPTION feed CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (connect = false);
            INSERT INTO pg_subscription_rel SELECT oid, 'orders'::regclass, 'r', NULL FROM pg_subscription
              WHERE subname = 'feed';
            ALTER SUBSCRIPTION feed SET (slot_name = NONE);
            """);
        await move.Miss("GW-PGS-047", StoreRole.Target);
        await move.Target.Run("UPDATE pg_subscription SET subenabled = true WHERE subname = 'feed'");
        try
        {
            var problem = await move.Find("GW-PGS-047", StoreRole.Target);
            Assert.Contains("ALTER SUBSCRIPTION \"feed\" DISABLE", problem.Remedy, StringComparison.Ordinal);
        }
        finally
        {
            await move.Target.Run(
                """
                UPDATE pg_subscription SET subenabled = false WHERE subname = 'feed';
                DROP SUBSCRIPTION feed;
                """);
        }
    }

    [Fact]
    public async Task A_trigger_that_fires_for_replicas_too_is_told()
    {
        const string Trigger =
            """
            CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER plain BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f();
            CREATE TRIGGER eager BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f();
            """;
        await using var move = await CheckedMove.Create(Table, Table + Trigger);
        await move.Miss("GW-PGS-048", StoreRole.Target);
        await move.Target.Run("ALTER TABLE orders ENABLE ALWAYS TRIGGER eager");
        Assert.Contains("eager", (await move.Find("GW-PGS-048", StoreRole.Target)).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sequence_that_numbers_a_table_which_is_not_moved_is_told()
    {
        await using var move = await CheckedMove.Create(
            """
            CREATE SEQUENCE ids;
            CREATE TABLE a (id bigint PRIMARY KEY DEFAULT nextval('ids'));
            CREATE TABLE b (id bigint PRIMARY KEY DEFAULT nextval('ids'));
            """);
        await move.Miss("GW-PGS-049", StoreRole.Source);
        await move.Source.Run("CREATE UNLOGGED TABLE c (id bigint PRIMARY KEY DEFAULT nextval('ids'))");
        var problem = await move.Find("GW-PGS-049", StoreRole.Source);
        Assert.Contains("ids", problem.What, StringComparison.Ordinal);
        Assert.Contains("public.c too", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exclusion_constraint_is_told()
    {
        await using var move = await CheckedMove.Create(
            "CREATE TABLE stays (id int PRIMARY KEY, at tsrange, EXCLUDE USING gist (at WITH &&))");
        Assert.Equal(Recovery.Retry, (await move.Find("GW-PGS-050", StoreRole.Source)).Recovery);
    }

    [Fact]
    public async Task An_event_trigger_is_told_while_it_is_on()
    {
        const string Trigger =
            """
            CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
            CREATE EVENT TRIGGER watch ON ddl_command_start EXECUTE FUNCTION e();
            """;
        await using var move = await CheckedMove.Create(Table + Trigger, Table + Trigger);
        foreach (var role in new[] { StoreRole.Source, StoreRole.Target })
            Assert.Contains("watch", (await move.Find("GW-PGS-044", role)).What, StringComparison.Ordinal);
        await move.Target.Run("ALTER EVENT TRIGGER watch DISABLE");
        await move.Miss("GW-PGS-044", StoreRole.Target);
    }

    [Fact]
    public async Task Large_objects_are_told_with_the_columns_that_may_refer_to_them()
    {
        await using var move = await CheckedMove.Create(
            "CREATE DOMAIN lo AS oid; CREATE TABLE t (id int PRIMARY KEY, picture oid, sound lo, number bigint)");
        await move.Miss("GW-PGS-032", StoreRole.Source);
        await move.Source.Run(@"SELECT lo_create(0) \g /dev/null");
        var problem = await move.Find("GW-PGS-032", StoreRole.Source);
        Assert.Contains("public.t.picture, public.t.sound.", problem.Why, StringComparison.Ordinal);
        Assert.Equal(Recovery.Retry, problem.Recovery);
    }
}
