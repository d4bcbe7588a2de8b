using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.PostgreSql;

public sealed class WritingToAShop
{
    private static readonly Func<int, bool> Everybody = _ => true;

    [Fact]
    public async Task Everything_that_was_acknowledged_is_there_and_nothing_else()
    {
        await using var database = await AuditingALedger.NewShop();
        var (ledger, traffic) = await Begin(database, _ => database.ConnectionString);
        await using var _ = traffic;

        await traffic.GoesOn(1_000);
        await traffic.Stop();

        Assert.Empty(await ledger.Audit(database, Everybody));
        Assert.True(ledger.Writes > 1_000, $"{ledger.Writes} writes");
        Assert.Empty(traffic.Tally.Said);
    }

    [Fact]
    public async Task It_has_what_has_led_others_astray()
    {
        await using var database = await AuditingALedger.NewShop();
        await database.Run($"SELECT pg_create_logical_replication_slot('seen_{database.Name}', 'test_decoding')");
        var (_, traffic) = await Begin(database, _ => database.ConnectionString);
        await using var _ = traffic;
        await traffic.GoesOn(400);
        await traffic.Stop();

        var log = await database.Run(
            $"SELECT data FROM pg_logical_slot_get_changes('seen_{database.Name}', NULL, NULL)");

        foreach (var table in ShopTable.All.Select(table => table.Name).Except(["tenants", "counters"]))
            Assert.All((string[])["INSERT", "UPDATE", "DELETE"], what => Assert.Contains($"{table}: {what}", log));
        foreach (var table in (string[])["orders", "order_lines", "documents", "stock"])
            Assert.Contains($"{table}: UPDATE: old-key:", log);
        Assert.Contains("unchanged-toast-datum", log);
        Assert.Matches("table public.documents: UPDATE: old-key:[^\n]*unchanged-toast-datum", log);

        // A transaction has its number from its first write: here one with a smaller number is committed later.
        var commits = log.Split('\n').Where(line => line.StartsWith("COMMIT ", StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(' ')[1])).ToList();
        Assert.NotEqual(commits.Order(), commits);
        Assert.Equal("t", await database.Run("SELECT sum(value) > 0 FROM counters"));
    }

    [Fact]
    public async Task A_server_that_crashes_leaves_no_doubt()
    {
        await using var server = await PostgreSqlServer.Own(PostgreSqlServer.Distribution);
        var database = await AuditingALedger.NewShop(server);
        var (ledger, traffic) = await Begin(
            database, _ => database.ConnectionString, habits => habits with { AsyncCommits = 0 });
        await using var _ = traffic;
        for (var crash = 0; crash < 3; crash++)
        {
            await traffic.GoesOn(100);
            await server.Restart(immediate: true);
        }
        await traffic.GoesOn(100);
        await traffic.Stop();

        Assert.NotEmpty(traffic.Tally.Said);
        Assert.Empty(await ledger.Audit(database, Everybody));
        Assert.Equal(0, ledger.Doubtful);
    }

    [Fact]
    public async Task A_network_that_loses_acknowledgements_leaves_no_doubt()
    {
        await using var database = await AuditingALedger.NewShop();
        await using var network = new TcpProxy(database.Server.Port);
        var through = database.ConnectionStringAt(network.Port);
        var (ledger, traffic) = await Begin(database, _ => through);
        await using var _ = traffic;
        for (var cut = 0; cut < 10; cut++)
        {
            await traffic.GoesOn(20);
            network.CutAfter(1_000 + (cut * 377));
            await Until.Holds("the network is cut", () => network.IsCut);
            network.Heal();
        }
        await traffic.Stop();

        Assert.NotEmpty(traffic.Tally.Said);
        Assert.Empty(await ledger.Audit(database, Everybody));
        Assert.Equal(0, ledger.Doubtful);
    }

    [Fact]
    public async Task Writers_who_are_sent_away_come_again()
    {
        await using var database = await AuditingALedger.NewShop();
        await database.Run(
            """
            CREATE TABLE fence(tenant_id int);
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              IF EXISTS (SELECT FROM fence WHERE tenant_id IN (NEW.tenant_id, OLD.tenant_id)) THEN
                RAISE SQLSTATE 'XX042' USING MESSAGE = 'moved'; END IF;
              RETURN coalesce(NEW, OLD); END $$;
            """);
        foreach (var table in (string[])["customers", "orders", "documents", "stock", "counters"])
            await database.Run($"CREATE TRIGGER fenced BEFORE INSERT OR UPDATE OR DELETE ON {table} "
                + "FOR EACH ROW EXECUTE FUNCTION refuse()");
        var (ledger, traffic) = await Begin(
            database, _ => database.ConnectionString,
            habits => habits with { IsFence = refusal => refusal.SqlState == "XX042" });
        await using var _ = traffic;
        await traffic.GoesOn(50);
        await database.Run("INSERT INTO fence VALUES (2)");
        await Until.Holds("writers are sent away", () => traffic.Tally.Refusals > 3);
        await traffic.GoesOn(50);
        await database.Run("TRUNCATE fence");
        await Until.Holds("they came again", () => traffic.Tally.Pauses.Count > 0);
        await traffic.GoesOn(50);
        await traffic.Stop();

        Assert.All(traffic.Tally.Pauses, pause => Assert.Equal(2, pause.Tenant));
        Assert.True(traffic.Tally.Pauses.Max(pause => pause.Time) > TimeSpan.Zero);
        Assert.Empty(await ledger.Audit(database, Everybody));
    }

    [Fact]
    public async Task A_writer_who_does_not_find_what_he_has_written_says_so()
    {
        await using var database = await AuditingALedger.NewShop();
        var (_, traffic) = await Begin(database, _ => database.ConnectionString);
        await using var _ = traffic;
        await traffic.GoesOn(10);
        await Until.Holds(
            "rows are deleted without a deadlock",
            async () => await database.TryRun("DELETE FROM stock WHERE tenant_id = 2") is null);
        var wonder = await Assert.ThrowsAsync<ShopWonderException>(() => traffic.GoesOn(10_000));
        Assert.Contains("tenant 2: 0 rows instead of 1", wonder.Message);
    }

    private static async Task<(ShopLedger Ledger, ShopTraffic Traffic)> Begin(
        PostgreSqlDatabase database, Func<int, string> route, Func<ShopHabits, ShopHabits>? change = null)
    {
        var ledger = new ShopLedger();
        await ledger.ReadBaseline(database);
        var habits = new ShopHabits { Route = (tenant, _) => ValueTask.FromResult(route(tenant)) };
        var traffic = new ShopTraffic(ledger, change?.Invoke(habits) ?? habits, seed: 1);
        traffic.Start(3, 1, 2);
        traffic.Start(1, 3);
        return (ledger, traffic);
    }
}
