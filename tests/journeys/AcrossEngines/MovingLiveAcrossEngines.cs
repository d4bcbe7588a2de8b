using Godwit.Tests.Journals;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.AcrossEngines;

/// <summary>Live moves between SQLite and PostgreSQL, there and back, under writers who note what was
/// acknowledged.</summary>
public sealed class MovingLiveAcrossEngines : IAsyncDisposable
{
    private const int Tenant = 42;

    private const string InSqlite =
        """
        PRAGMA journal_mode = WAL;
        CREATE TABLE orders (id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, what TEXT, price DECIMAL(10, 2),
          size REAL, open BOOLEAN, raw BLOB, placed DATETIME, label TEXT UNIQUE);
        CREATE TABLE lines (id INTEGER PRIMARY KEY, "order" INTEGER NOT NULL REFERENCES orders (id), note VARCHAR(40));
        CREATE INDEX lines_by_order ON lines ("order");
        """;

    private const string InPostgreSql =
        """
        CREATE TABLE orders (id bigint PRIMARY KEY, tenant integer NOT NULL, what text, price double precision,
          size double precision, open boolean, raw bytea, placed timestamp,
          label varchar(20) UNIQUE);
        CREATE TABLE lines (id bigint PRIMARY KEY, "order" bigint NOT NULL REFERENCES orders (id), note text);
        CREATE INDEX lines_by_order ON lines ("order");
        """;

    private readonly TemporaryFolder _folder = new();
    private PostgreSqlDatabase? _database;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Every_acknowledged_write_is_there_after_a_cutover_and_a_rollback(bool toSqlite, bool oneTenant)
    {
        var (source, target) = await Sides(toSqlite);
        Fill(source, toSqlite, [Tenant, 7]);
        if (oneTenant)
            Fill(target, !toSqlite, [8]);
        var others = oneTenant ? await Everything(target, "tenant = 8") : "";
        var scope = oneTenant ? $"tenant = {Tenant}" : "1 = 1";
        await File.WriteAllTextAsync(_folder["routes.json"], "{}", CancellationToken.None);
        await File.WriteAllTextAsync(_folder["live.yaml"], Yaml(source, target, oneTenant), CancellationToken.None);
        await using var traffic = new EngineTraffic(source, target, Tenant, _folder["routes.json"]);
        traffic.Start();
        await traffic.GoesOn(source, 20);
        await using var run = GodwitProcess.Start(
            _folder.Path, "run", "live.yaml", "--json", "--state", _folder["state"]);
        await Until.Holds("it follows", () => run.HasEnded || run.Said.Contains("following"), () => run.Said);

        await Command("cutover", run);
        await traffic.GoesOn(target, 50);
        await Command("rollback", run);
        await traffic.GoesOn(source, 50);
        await traffic.Stop();
        await Command("verify", run);

        foreach (var side in new[] { source, target })
            Assert.Equal(traffic.Expected, await Written(side));
        Assert.Equal(await Everything(source, scope), await Everything(target, scope));
        await Command("cutover", run);
        await Command("finish", run);
        if (oneTenant)
            Assert.Equal(others, await Everything(target, $"tenant <> {Tenant}"));
        Assert.Null(target.Try($"INSERT INTO orders (id, tenant) VALUES (5000000, {Tenant})"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<(EngineSide Source, EngineSide Target)> Sides(bool toSqlite)
    {
        _database = await (await PostgreSqlServer.Shared(PostgreSqlServer.Distribution)).CreateDatabase();
        var (sqlite, server) = (EngineSide.Sqlite(_folder["shop.db"]), EngineSide.PostgreSql(_database));
        return toSqlite ? (server, sqlite) : (sqlite, server);
    }

    private static void Fill(EngineSide side, bool isPostgreSql, int[] tenants)
    {
        side.Run(isPostgreSql ? InPostgreSql : InSqlite);
        foreach (var tenant in tenants)
        {
            for (var n = 0; n < 30; n++)
            {
                var (id, raw) = ((tenant * 1000) + n, isPostgreSql ? $"'\\x{n:x4}'" : $"x'{n:x4}'");
                side.Run(
                    $"""
                    INSERT INTO orders (id, tenant, what, price, size, open, raw, placed, label)
                    VALUES ({id}, {tenant}, 'text {n}', {n}.75, {n}.5, NULL, {raw}, '2024-02-29 12:00:00', 'l {id}');
                    INSERT INTO lines (id, "order", note) VALUES ({id}, {id}, NULL)
                    """);
            }
        }
    }

    private static string Yaml(EngineSide source, EngineSide target, bool oneTenant) =>
        $"""
        migration: live
        {(oneTenant ? $"tenant: {{ id: {Tenant} }}" : "")}
        route:
          file: routes.json
        moves:
          - from: {source.Address}
            to: {target.Address}
            {(oneTenant ? "tables: { tenant_column: tenant }" : "")}
        """;

    private static Task<string> Written(EngineSide side) => side.Rows(
        "orders AS o JOIN (SELECT id AS line, note FROM lines) AS l ON l.line = o.id WHERE o.id >= 1000000"
        + " ORDER BY o.id",
        "id tenant what price size note");

    private static Task<string> Everything(EngineSide side, string scope) => side.Rows(
        $"orders AS o LEFT JOIN (SELECT id AS line, note FROM lines) AS l ON l.line = o.id WHERE {scope}"
        + " ORDER BY o.id",
        "id tenant what price size open placed label line note");

    private async Task Command(string word, GodwitProcess run)
    {
        GodwitAnswer? answer = null;
        await Until.Holds(
            $"'{word}' is done",
            async () =>
            {
                if (run.HasEnded)
                    Assert.Fail($"The run has ended: {await run.End()}");
                answer = await GodwitProcess.Run(_folder.Path, word, "live", "--state", _folder["state"]);
                Assert.True(answer.Code is 0 or 4, $"{word}: {answer}");
                return answer.Code == 0;
            },
            () => answer?.ToString() ?? "");
    }
}
