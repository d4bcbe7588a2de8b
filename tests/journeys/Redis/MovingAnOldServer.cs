using System.Globalization;
using Godwit.Tests.Conformance;
using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>A server of version 6.0 that is replaced by one of 7.0, and comes back.</summary>
public sealed class MovingAnOldServer
{
    private const string User = "shop42";
    private const int Keys = 3_000;

    [Fact]
    public async Task A_tenants_keys_go_over_and_come_back_with_their_times()
    {
        await using var source = await RedisServer.Start60("repl-diskless-sync-delay 0");
        await using var target = await RedisServer.Start("repl-diskless-sync-delay 0");
        foreach (var server in (RedisServer[])[source, target])
            await server.Call("ACL", "SETUSER", User, "on", ">sesame", "~t:42:*", "+@all");
        await using var move = new DatabaseMove(new MoveWishes(Address(source), Address(target))
        {
            Tenant = 42, Keys = "t:{tenant}:*", FencedUser = User, MaxPause = "5s",
        });
        await Fill(source);

        var check = await move.Check();
        Assert.True(check.Code == 0, check.ToString());
        move.Start();
        await Use(source, 100);
        await move.Follows();
        await Use(source, 200);
        await move.Command("cutover");
        await AssertEqual(source, target);
        await AssertIsFenced(source);
        await Use(target, 300);
        await UseWhatIsNew(target);
        await move.Command("rollback");
        await AssertEqual(source, target);
        await AssertIsFenced(target);
        await Use(source, 400);
        await move.Command("cutover");
        await AssertEqual(source, target);
        Assert.Equal("4", await Ask(target, "GET", "t:42:counter"));
        await move.Finish();
    }

    [Fact]
    public async Task A_whole_server_is_told_that_nobody_is_stopped_and_loses_no_write()
    {
        await using var source = await RedisServer.Start60("repl-diskless-sync-delay 0");
        await using var target = await RedisServer.Start("repl-diskless-sync-delay 0");
        await using var move = new DatabaseMove(new MoveWishes(
            $"redis://127.0.0.1:{source.Port}", $"redis://127.0.0.1:{target.Port}") { MaxPause = "5s" });
        await Fill(source);
        Assert.Contains("GW-RED-046", (await move.Check()).ToString(), StringComparison.Ordinal);
        move.Start();
        await move.Follows();
        await move.Command("cutover");
        await source.Call("INCR", "late");
        await Until.Holds(
            "the late write is at the target", async () => await Ask(target, "GET", "late") == "1");
        await move.Command("rollback");
        await Use(source, 100);
        await move.Finish();
        Assert.Equal("1", await Ask(source, "GET", "late"));
    }

    private static string Address(RedisServer server) => $"redis://127.0.0.1:{server.Port}/0";

    private static async Task<string> Ask(RedisServer server, params object[] words)
    {
        await using var client = await server.Connect();
        return await client.Text(words);
    }

    private static async Task Fill(RedisServer server)
    {
        await using var client = await server.Connect();
        for (var i = 0; i < Keys; i++)
        {
            foreach (var words in RedisRecord.Write(Name(i), i, $"text {i}"))
                await client.Call(words);
        }
        await client.Call("SET", "t:7:other", "x");
    }

    /// <summary>What old servers tell otherwise than new ones, and what happens once.</summary>
    private static async Task Use(RedisServer server, int from)
    {
        await using var client = await server.Connect();
        await client.Call("INCR", "t:42:counter");
        await client.Call("RPUSH", "t:42:list", Text(from));
        for (var i = from; i < from + 50; i++)
        {
            await client.Call("SETEX", $"t:42:session:{Text(i)}", "900", "x");
            await client.Call("SET", $"t:42:page:{Text(i)}", "x", "PX", "800123");
            await client.Call("EXPIRE", Name(i), "700");
        }
        await client.Call("SET", $"t:42:gone:{Text(from)}", "x", "PX", "1");
        await client.Call("XADD", "t:42:log", $"{Text(from)}-1", "a", "b");
        await client.Call("XDEL", "t:42:log", $"{Text(from - 100)}-1");
        await client.Call("EVAL", "redis.call('INCR', KEYS[1]) redis.call('INCR', KEYS[1])", "1", "t:42:twice");
    }

    private static async Task UseWhatIsNew(RedisServer server)
    {
        await using var client = await server.Connect();
        await client.Call("LMOVE", "t:42:list", "t:42:other", "LEFT", "LEFT");
        await client.Call("COPY", "t:42:log", "t:42:copy");
        await client.Call("GETEX", "t:42:counter", "EX", "5000");
        await client.Call("PERSIST", "t:42:counter");
        await client.Call("ZADD", "t:42:zset", "GT", "1", "a");
    }

    private static async Task AssertIsFenced(RedisServer server)
    {
        await using var client = await server.Connect();
        await client.Call("AUTH", User, "sesame");
        var refusal = await Assert.ThrowsAsync<RedisRefusal>(() => client.Call("SET", "t:42:counter", "0"));
        Assert.StartsWith("NOPERM", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RedisRefusal>(
            () => client.Call("EVAL", "return redis.call('SET', KEYS[1], 'x')", "1", "t:42:counter"));
        await client.Call("GET", "t:42:counter");
    }

    /// <summary>Every key with its value and the very moment at which it expires.</summary>
    private static async Task AssertEqual(RedisServer source, RedisServer target)
    {
        IReadOnlyList<string> found = [];
        await Until.Holds(
            "both sides are equal",
            async () =>
            {
                var (here, there) = (await Picture(source), await Picture(target));
                found = [.. here.Except(there).Concat(there.Except(here))];
                return found.Count == 0;
            },
            () => string.Join("\n", found.Take(8)));
    }

    private static async Task<HashSet<string>> Picture(RedisServer server)
    {
        await using var client = await server.Connect();
        var picture = new HashSet<string>();
        foreach (var name in (object?[])(await client.Call("KEYS", "t:42:*"))!)
        {
            var key = CacheReading.Text(name);
            picture.Add($"{key} {await RedisRecord.Read(client, key)}");
        }
        return picture;
    }

    private static string Name(int number) => $"t:42:{Text(number)}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
