using Godwit.Tests.Connectors.Sqlite;
using Godwit.Tests.Journals;
using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>Keys become rows of a table under writers, and rows keys of another server; both are looked at without
/// Godwit.</summary>
public sealed class KeepingKeysInATable(ITestOutputHelper output)
{
    /// <summary>Between two passes of verification lies a minute.</summary>
    private static readonly TimeSpan UntilTheNextPass = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Keys_become_rows_and_rows_the_same_keys_again_through_kills()
    {
        var seed = JourneySeed.Print(output);
        await using var source = await RedisServer.Start();
        await using var target = await RedisServer.Start();
        using var folder = new TemporaryFolder();
        await using var traffic = await Traffic(source, new Dice(seed));
        var table = $"sqlite:{folder["keys.db"]}";
        await using var away = Restarting(new MoveWishes($"redis://127.0.0.1:{source.Port}/0", table));
        away.Start();
        for (var life = 0; life < 3; life++)
        {
            await away.Follows();
            await traffic.GoesOn(100);
            await away.Runner.Kill();
        }
        await away.Follows();
        await using var back = Restarting(
            new MoveWishes(table, $"redis://127.0.0.1:{target.Port}/0") { Name = "back" });
        back.Start();
        await back.Follows();
        await back.Runner.Kill();
        await traffic.GoesOn(200);
        await traffic.Stop();
        await away.Command("verify");
        await Alike(source, () => Rows(folder));
        await back.Command("verify");

        await Until.Holds(
            "the table's keys are those of the source",
            async () => (await TableReading.Keys(source)).SequenceEqual(await TableReading.Keys(target)));
        await SameDigests(source, target);
        await away.Finish();
        await back.Finish();
        Assert.Equal("", RedisClient.AsText(await target.Call("KEYS", "__gw:*")));
        output.WriteLine($"{traffic.Ledger.Steps} steps, {(await TableReading.Keys(source)).Count} keys");
    }

    [Fact]
    public async Task A_key_that_expires_or_is_flushed_away_takes_its_row_along()
    {
        await using var source = await RedisServer.Start();
        using var folder = new TemporaryFolder();
        await Special(source);
        await using var move = new DatabaseMove(new MoveWishes(
            $"redis://127.0.0.1:{source.Port}/0", $"sqlite:{folder["keys.db"]}"));
        move.Start();
        await move.Follows();
        await Alike(source, () => Rows(folder));
        await source.Call("SET", "short", "lived", "PX", "3000");
        await Until.Holds("the row is there", () => Rows(folder).ContainsKey("short"));
        await Until.Holds("the row is gone", () => !Rows(folder).ContainsKey("short"));
        await source.Call("FLUSHDB");
        await source.Call("SET", "after", "all");
        await Until.Holds("only the last key is left", () => Rows(folder).Keys.SequenceEqual(["after"]));
        await source.Restart(immediate: true);
        await source.Call("SET", "again", "there");
        await Until.Holds("the new history is there", () => Rows(folder).Keys.SequenceEqual(["again"]));
        await move.Command("verify");
        await move.Finish();
    }

    [Fact]
    public async Task PostgreSQL_holds_the_rows_and_what_somebody_changes_there_is_put_right()
    {
        await using var source = await RedisServer.Start();
        var server = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        await using var database = await server.CreateDatabase();
        await using var traffic = await Traffic(source, new Dice(JourneySeed.Print(output)));
        await using var move = new DatabaseMove(
            new MoveWishes($"redis://127.0.0.1:{source.Port}/0", database.Address));
        move.Start();
        await move.Follows();
        await traffic.GoesOn(200);
        await traffic.Stop();
        await move.Command("verify");
        await Alike(source, () => TableReading.Rows(database.Run(TableReading.InPostgreSql).GetAwaiter().GetResult()));
        await database.Run(
            "DELETE FROM keys WHERE key = 'empty'; UPDATE keys SET value = 'harm' WHERE key = 'time';"
            + "INSERT INTO keys VALUES ('more', 'string', 'than there is', NULL)");
        await Until.Holds(
            "it is put right",
            async () => TableReading.Rows(await database.Run(TableReading.InPostgreSql))
                .SequenceEqual(await TableReading.Keys(source)),
            patience: UntilTheNextPass);
        Assert.Equal("0", await database.Run("SELECT count(*) FROM pg_replication_slots"));
        await move.Finish();
    }

    [Fact]
    public async Task Rows_that_an_application_wrote_are_keys_for_as_long_as_their_time_says()
    {
        var server = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        await using var database = await server.CreateDatabase();
        await using var target = await RedisServer.Start();
        await target.Call("SET", "other:1", "not ours");
        await database.Run(
            """
            CREATE TABLE app (key bytea PRIMARY KEY, type text, value text, expires_at timestamptz);
            INSERT INTO app VALUES ('t:1', 'string', 'fine', NULL), ('\x743aff', 'hash', ' { "f" : "v" } ', NULL),
              ('t:past', 'string', 'gone', '2001-01-01'), ('t:soon', 'list', '["a"]', now() + interval '4 s'),
              ('t:late', 'bytes', '/w==', '2100-02-03 04:05:06.789+02')
            """);
        await using var move = new DatabaseMove(
            new MoveWishes(database.Address, $"redis://127.0.0.1:{target.Port}/0") { Keys = "t:*" });
        move.Start();
        await move.Follows();
        byte[] binary = [(byte)'t', (byte)':', 0xff];
        Assert.Equal("v", RedisClient.AsText(await target.Call("HGET", binary, "f")));
        Assert.Equal(4_105_303_506_789L, await target.Call("PEXPIRETIME", "t:late"));
        Assert.Equal(new byte[] { 0xff }, await target.Call("GET", "t:late"));
        await Until.Holds("its time passes", async () => 0L.Equals(await target.Call("EXISTS", "t:soon")));
        await move.Command("verify");
        await target.Call("SET", "t:1", "harm");
        await target.Call("SET", "t:more", "than there is");
        await Until.Holds(
            "it is put right",
            async () => RedisClient.AsText(await target.Call("GET", "t:1")) == "fine"
                && 0L.Equals(await target.Call("EXISTS", "t:more")),
            patience: UntilTheNextPass);
        await database.Run("INSERT INTO app VALUES ('t:bad', 'list', 'none', NULL)");
        await move.Shows("the row holds it up", one => one.Problem.StartsWith("GW-RED-044", Is));
        await database.Run("DELETE FROM app WHERE key = 't:bad'");
        await move.Command("resume");
        await database.Run("TRUNCATE app; INSERT INTO app VALUES ('t:2', 'set', '[\"x\"]', NULL)");
        // A reader that begins again reads all that this server has logged since, others' as well.
        var (keys, repaired) = ("", await Repaired(move));
        await Until.Holds(
            "only the last row is a key",
            async () => (keys = RedisClient.AsText(await target.Call("KEYS", "t:*"))) == "t:2",
            () => $"{keys}; {move.Picture}; {move.Runner.Said}",
            UntilTheNextPass);
        Assert.Equal(repaired, await Repaired(move));
        await move.Command("verify");
        await move.Finish();
        Assert.Equal("not ours", RedisClient.AsText(await target.Call("GET", "other:1")));
    }

    [Fact]
    public async Task What_cannot_work_is_told_by_check()
    {
        await using var server = await RedisServer.Start();
        using var folder = new TemporaryFolder();
        await server.Call("SET", "huge", new byte[40 << 20]);
        Assert.Contains("GW-RED-042", await Check($"redis://127.0.0.1:{server.Port}/0", folder), Is);
        Assert.Contains("huge", await Check($"redis://127.0.0.1:{server.Port}/0", folder), Is);
        Assert.Contains("GW-RED-032", await Check($"redis://127.0.0.1:{server.Port}", folder), Is);
        using (var database = new SqlWriter(folder["keys.db"]))
            database.Run("CREATE TABLE keys (key TEXT PRIMARY KEY, value BLOB, owner TEXT)");
        await server.Call("DEL", "huge");
        var said = await Check($"redis://127.0.0.1:{server.Port}/0", folder);
        Assert.Contains("only the source has the column type", said, Is);
        Assert.Contains("only the target has the column owner", said, Is);
        said = await Check($"redis://127.0.0.1:{server.Port}/0", folder, isBack: true);
        Assert.Contains("GW-RED-043", said, Is);
        Assert.Contains("it lacks type, expires_at; nothing of a key is in owner", said, Is);
        using (var database = new SqlWriter(folder["keys.db"]))
            database.Run(
                """
                DROP TABLE keys; CREATE TABLE keys (key TEXT PRIMARY KEY, type TEXT, value TEXT, expires_at TEXT);
                INSERT INTO keys VALUES ('a', 'list', '[]', NULL), ('b', 'string', 'x', 1795690230)
                """);
        said = await Check($"redis://127.0.0.1:{server.Port}/0", folder, isBack: true);
        Assert.Contains("The row 'a' of", said, Is);
        Assert.Contains("The row 'b' of", said, Is);
    }

    private const StringComparison Is = StringComparison.Ordinal;

    private static async Task<long?> Repaired(DatabaseMove move) =>
        (long?)(await move.Godwit("status", DatabaseMove.Name, "--json")).Json?["records_repaired"];

    private static async Task<string> Check(string cache, TemporaryFolder folder, bool isBack = false)
    {
        var file = $"sqlite:{folder["keys.db"]}";
        await using var move = new DatabaseMove(isBack ? new MoveWishes(file, cache) : new MoveWishes(cache, file));
        var answer = await move.Check();
        Assert.Equal(1, answer.Code);
        return answer.Output;
    }

    private static DatabaseMove Restarting(MoveWishes wishes) => new(wishes) { StartsAgain = true };

    private static SortedDictionary<string, string> Rows(TemporaryFolder folder)
    {
        using var database = new SqlWriter(folder["keys.db"]);
        return TableReading.Rows(database.Read(TableReading.InSqlite));
    }

    private static Task Alike(RedisServer source, Func<SortedDictionary<string, string>> rows) => Until.Holds(
        "rows are what the keys are",
        async () => (await TableReading.Keys(source)).SequenceEqual(rows()),
        () =>
        {
            var (keys, there) = (TableReading.Keys(source).GetAwaiter().GetResult(), rows());
            return string.Join("; ", [.. keys.Except(there).Take(3), .. there.Except(keys).Take(3)]);
        });

    private static async Task SameDigests(RedisServer one, RedisServer other)
    {
        await using var here = await one.Connect();
        await using var there = await other.Connect();
        foreach (var name in ((object?[])(await here.Call("KEYS", "*"))!).Cast<byte[]>())
            Assert.Equal(
                await here.Text("DEBUG", "DIGEST-VALUE", name), await there.Text("DEBUG", "DIGEST-VALUE", name));
    }

    private static async Task<RedisTraffic> Traffic(RedisServer source, Dice dice)
    {
        await source.Call("FUNCTION", "LOAD", SeveralKeysDeeds.Library);
        await Special(source);
        var traffic = new RedisTraffic(
            new RedisHabits
            {
                Route = _ => ValueTask.FromResult((0L, source)),
                Epoch = () => 0,
                Pace = TimeSpan.FromMilliseconds(10),
            },
            dice);
        traffic.Start(2, "t:42:", 0);
        await traffic.GoesOn(100);
        return traffic;
    }

    /// <summary>Keys with everything that is easily lost.</summary>
    private static async Task Special(RedisServer server)
    {
        await using var client = await server.Connect();
        await client.Call("SET", new byte[] { (byte)'k', 0xff }, new byte[] { 0, 0xff, 10 });
        await client.Call("SET", "empty", "");
        await client.Call("SET", "time", "{\"a\\\\b\": 'ä'}\n", "PX", "86400123");
        await client.Call("HSET", "hash", "", "", new byte[] { 0xfe }, "x", "f", new byte[] { 0xff });
        await client.Call("ZADD", "zset", "inf", "most", "-inf", "least", "0.1", "", "-0", "zero");
        await client.Call("RPUSH", "list", "b", "", "a", new byte[] { 0xff });
        await client.Call("SADD", "set", "1", "x", "");
        for (var i = 1; i <= 4; i++)
            await client.Call("XADD", "stream", $"{i}-1", "f", $"{i}", "", "");
        await client.Call("XGROUP", "CREATE", "stream", "g", "0");
        await client.Call("XREADGROUP", "GROUP", "g", "c", "COUNT", "3", "STREAMS", "stream", ">");
        await client.Call("XGROUP", "CREATECONSUMER", "stream", "g", "idle");
        await client.Call("XDEL", "stream", "2-1", "3-1");
    }
}
