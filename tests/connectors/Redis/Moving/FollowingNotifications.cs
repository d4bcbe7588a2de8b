using Godwit.Core.Problems;
using Godwit.Core.Stores;
using Godwit.Tests.Conformance;

namespace Godwit.Tests.Connectors.Redis.Moving;

/// <summary>A source that tells which keys are touched to subscribers only, and not when it is emptied.</summary>
public sealed class FollowingNotifications : OperationPromises<RedisConformance.Notified>
{
    private const string Deeds = """
        SET t:42:1 a
        APPEND t:42:1 b
        SETRANGE t:42:1 4 c
        SETBIT t:42:2 7 1
        BITOP NOT t:42:3 t:42:2
        INCR t:42:4
        INCRBYFLOAT t:42:4 0.5
        MSET t:42:5 a t:7:5 b t:42:6 c
        GETDEL t:42:5
        GETEX t:42:6 EX 900
        PERSIST t:42:6
        SET t:42:8 a PX 1
        RPUSH t:42:10 1 2 3 4
        LMOVE t:42:10 t:42:11 LEFT LEFT
        LMPOP 1 t:42:10 LEFT COUNT 1
        LSET t:42:10 0 x
        SORT t:42:11 STORE t:42:12
        SADD t:42:13 a b c
        SMOVE t:42:13 t:42:14 a
        SPOP t:42:13
        SUNIONSTORE t:42:15 t:42:13 t:42:14
        HSET t:42:16 a 1 b 2
        HINCRBY t:42:16 a 5
        HDEL t:42:16 b
        ZADD t:42:17 1 a 2 b
        ZINCRBY t:42:17 5 a
        ZRANGESTORE t:42:18 t:42:17 0 0
        ZPOPMIN t:42:17
        GEOADD t:42:19 1 1 a
        PFADD t:42:20 a b
        PFMERGE t:42:21 t:42:20
        RENAME t:42:1 t:42:22
        RENAME t:7:5 t:42:23
        RENAME t:42:3 t:7:6
        COPY t:42:22 t:42:24
        MOVE t:42:24 3
        EXPIRE t:42:22 800
        UNLINK t:42:4
        XADD t:42:25 1-1 a b
        XADD t:42:25 2-1 a b
        XGROUP CREATE t:42:25 g 0
        XREADGROUP GROUP g c STREAMS t:42:25 >
        XACK t:42:25 g 1-1
        XDEL t:42:25 1-1
        XSETID t:42:25 9-1
        EVAL return{redis.call('SET','t:42:26','x'),redis.call('DEL','t:42:26'),redis.call('SET','t:42:27','y')} 0
        """;

    [Fact]
    public async Task Whatever_is_done_comes_over()
    {
        await Fill(Place.Source, 30, from: 100);
        await CopyAndFollow();
        await using (var client = await Harness.Server(Place.Source).Connect())
        {
            foreach (var deed in Deeds.Split('\n', StringSplitOptions.TrimEntries))
                await client.Call([.. deed.Split(' ')]);
        }
        await Until.Holds("a key has expired", async () => await Ask(Place.Source, 1, "EXISTS", Mine(8)) == "0");
        await Follow();
        await AssertMoved();
        using var keys = Keys([.. Enumerable.Range(1, 30)]);
        Assert.Equal(
            (await Source.Digest.ListKeys(Main, keys, None)).Digests,
            (await Target.Digest.ListKeys(Main, keys, None)).Digests);
    }

    [Theory]
    [InlineData("FLUSHDB")]
    [InlineData("FLUSHALL")]
    [InlineData("SWAPDB 0 1")]
    [InlineData("CONFIG RESETSTAT;FLUSHDB")]
    [InlineData("CONFIG SET notify-keyspace-events KEA")]
    [InlineData("CLIENT KILL TYPE pubsub")]
    public async Task What_is_not_told_has_everything_copied_again(string deeds)
    {
        await Fill(Place.Source, 30);
        await CopyAndFollow();
        await using (var client = await Client(Place.Source, 1))
        {
            foreach (var deed in deeds.Split(';'))
                await client.Call([.. deed.Split(' ')]);
            await client.Call("SET", Mine(50), "after");
        }
        await FollowThrough("it has begun anew");
        await AssertMoved();
    }

    [Fact]
    public async Task A_server_that_is_told_to_be_silent_stops_the_run()
    {
        await Fill(Place.Source, 3);
        await CopyAndFollow();
        await Harness.Server(Place.Source).Call("CONFIG", "SET", "notify-keyspace-events", "KEg");
        var code = "";
        await Until.Holds("it is said", async () =>
        {
            code = (await Record.ExceptionAsync(Follow) as GodwitException)?.Problem.Code ?? "";
            return code == "GW-RED-049";
        }, () => code);
    }

    [Theory]
    [InlineData("", "KA", "GW-RED-048", "client|tracking")]
    [InlineData("", "Kg$lshzxetd", "GW-RED-048", "client|tracking")]
    [InlineData("+client|tracking", "", "GW-RED-039", "PSYNC")]
    [InlineData("", "", "GW-RED-049", "CONFIG SET notify-keyspace-events KA")]
    [InlineData("", "KEg$lshze", "GW-RED-049", "CONFIG SET notify-keyspace-events KA")]
    [InlineData("", "EA", "GW-RED-049", "CONFIG SET notify-keyspace-events KA")]
    [InlineData("resetchannels", "KA", "GW-RED-049", "PSUBSCRIBE __keyspace@0__:t:42:*")]
    [InlineData("-config|get", "KA", "GW-RED-049", "CONFIG GET notify-keyspace-events")]
    public async Task The_check_says_which_way_is_taken_and_what_is_missing(
        string rights, string setting, string code, string said)
    {
        var server = Harness.Server(Place.Source);
        await server.Call("CONFIG", "SET", "notify-keyspace-events", setting);
        if (rights.Length > 0)
            await server.Call("ACL", "SETUSER", "godwit", rights);
        var problem = Assert.Single(await Source.Catalog.Check(StoreRole.Source, Streams, null, None));
        Assert.Equal(code, problem.Code);
        Assert.Contains(said, problem.Why, StringComparison.Ordinal);
    }
}
