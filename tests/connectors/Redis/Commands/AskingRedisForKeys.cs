using System.Text;
using Godwit.Connectors.Redis.Commands;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Connectors.Redis.Commands;

/// <summary>The real server judges: its <c>COMMAND GETKEYSANDFLAGS</c> runs the code that routes commands.</summary>
public sealed class AskingRedisForKeys
{
    private const string Commands = """
        APPEND k v
        BITFIELD k SET u8 0 1
        BITOP XOR d a b c
        BLMOVE a b LEFT RIGHT 0
        BLMPOP 0 2 a b LEFT COUNT 3
        BLPOP a b c 0
        BRPOP a 0
        BRPOPLPUSH a b 0
        BZMPOP 0 2 a b MIN
        BZPOPMAX a b 0
        COPY a b REPLACE
        DEL a b c
        EVAL script 2 a b argument
        EVALSHA sum 1 a 2 3
        EXPIRE k 10 NX
        FCALL f 3 a b c d
        GEOADD k 1 2 m
        GEORADIUS k 1 2 3 m COUNT 3 STORE d
        GEORADIUS k 1 2 3 m STOREDIST d
        GEORADIUS k 1 2 3 m
        GEORADIUSBYMEMBER k STORE 3 m STORE d
        GEOSEARCHSTORE d a FROMMEMBER m BYRADIUS 1 m
        GETDEL k
        GETEX k PERSIST
        GETSET k v
        HDEL k f g
        HINCRBYFLOAT k f 1
        HMSET k f v
        HSET k f v g w
        INCRBY k 1
        LINSERT k BEFORE a b
        LMOVE a b LEFT LEFT
        LMPOP 2 a b RIGHT
        LPOP k 2
        LREM k 0 v
        LTRIM k 0 1
        MIGRATE h 1 k 0 9 COPY
        MIGRATE h 1 "" 0 9 REPLACE AUTH secret KEYS a b c
        MIGRATE h 1 "" 0 9 AUTH2 KEYS secret KEYS a
        MOVE k 1
        MSET a 1 b 2 c 3
        MSETNX a 1 b 2
        PERSIST k
        PEXPIREAT k 1
        PFADD k e
        PFCOUNT a b
        PFMERGE d a b
        PSETEX k 1 v
        RENAME a b
        RENAMENX a b
        RESTORE k 0 payload REPLACE
        RPOPLPUSH a b
        RPUSHX k v
        SADD k a b
        SDIFFSTORE d a b
        SETRANGE k 1 v
        SET k v EX 10 GET
        SETNX k v
        SINTERCARD 2 a b LIMIT 1
        SINTERSTORE d a b
        SMOVE a b m
        SORT k LIMIT 0 1 STORE d
        SORT k BY nosort GET STORE STORE d
        SORT k STORE d STORE e
        SORT k
        SPOP k 2
        SREM k a b
        SUNIONSTORE d a
        TOUCH a b
        UNLINK a b
        XACK k g 1-1
        XADD k MAXLEN = 1 1-1 f v
        XAUTOCLAIM k g c 0 0
        XCLAIM k g c 0 1-1 FORCE JUSTID LASTID 1-1
        XDEL k 1-1
        XGROUP CREATE k g $ MKSTREAM
        XGROUP DELCONSUMER k g c
        XGROUP DESTROY k g
        XGROUP SETID k g $ ENTRIESREAD 1
        XREAD COUNT 2 STREAMS a b 0 0
        XREADGROUP GROUP STREAMS c COUNT 1 STREAMS a b > >
        XREADGROUP GROUP g STREAMS STREAMS a >
        XSETID k 1-1
        XTRIM k MAXLEN 1
        ZADD k NX 1 m
        ZDIFFSTORE d 2 a b
        ZINCRBY k 1 m
        ZINTERSTORE d 2 a b WEIGHTS 1 2
        ZMPOP 1 a MAX COUNT 2
        ZPOPMIN k 1
        ZRANGESTORE d a 0 1
        ZREM k m
        ZREMRANGEBYSCORE k 0 1
        ZUNION 2 a b WITHSCORES
        ZUNIONSTORE d 3 a b c AGGREGATE MAX
        """;

    private const KeyUse Known = KeyUse.Read | KeyUse.Write | KeyUse.Delete;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_keys_of_what_writes_are_those_that_redis_finds(bool asBefore70)
    {
        await using var server = await RedisServer.Start();
        await using var client = await server.Connect();
        var specs = CommandReply.Parse(Replies.AsValue(await client.Call("COMMAND")));
        var table = new CommandTable(asBefore70 ? [.. specs.Select(AsBefore70)] : specs);
        foreach (var line in Commands.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = Words.Of(line);
            var expected = Expected((object?[])(await client.Call(["COMMAND", "GETKEYSANDFLAGS", .. words]))!);
            Assert.Equal($"{line}: {string.Join(' ', expected.Keys)}", $"{line}: {Names(table, line, expected)}");
        }
    }

    [Fact]
    public async Task Each_command_that_writes_has_keys_that_can_be_proved_or_none()
    {
        await using var server = await RedisServer.Start();
        var table = await Table(server);
        var specs = CommandReply.Parse(Replies.AsValue(await server.Call("COMMAND")));
        foreach (var spec in specs.Where(spec => spec.Writes))
        {
            var kind = table.Kind(Words.Frame(spec.Name));
            Assert.True(kind is CommandKind.Keyed or CommandKind.Global, $"{spec.Name}: {kind}");
        }
        Assert.InRange(specs.Count(spec => spec.Writes), 80, 300);
    }

    [Fact]
    public async Task Slots_are_those_of_redis()
    {
        await using var server = await RedisServer.Start("cluster-enabled yes");
        await using var client = await server.Connect();
        foreach (var key in new[] { "", "a", "foo{bar}x", "{}a", "{{a}}", "}{b}{c}", "{a", "käse" })
            Assert.Equal((long)KeySlot.Of(Encoding.UTF8.GetBytes(key)), await client.Call("CLUSTER", "KEYSLOT", key));
    }

    // Subcommands had no entries of their own: XGROUP named the key of all of them.
    private static CommandSpec AsBefore70(CommandSpec spec) =>
        spec.Name == "xgroup"
            ? spec with { Flags = ["write"], First = 2, Last = 2, Step = 1, Keys = null, Subcommands = [] }
            : spec with { Keys = null, Subcommands = [] };

    private static async Task<CommandTable> Table(RedisServer server) =>
        new(CommandReply.Parse(Replies.AsValue(await server.Call("COMMAND"))));

    /// <summary>The names of the keys in order; each is used at least as the server says.</summary>
    private static string Names(CommandTable table, string line, SortedDictionary<string, KeyUse> expected)
    {
        var command = Words.Frame(line);
        var keys = new KeyList();
        var finding = table.Keys(command, keys);
        Assert.True(finding is KeyFinding.Found or KeyFinding.Declared, $"{line}: {finding}");
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var key in keys.Items)
        {
            var name = Encoding.UTF8.GetString(command[key.Argument]);
            names.Add(name);
            var use = expected.GetValueOrDefault(name);
            Assert.True((key.Use & use) == use, $"{line}: {name} is used as {use} and not only as {key.Use}");
        }
        return string.Join(' ', names);
    }

    private static SortedDictionary<string, KeyUse> Expected(object?[] reply)
    {
        var expected = new SortedDictionary<string, KeyUse>(StringComparer.Ordinal);
        foreach (var key in reply.Cast<object?[]>())
        {
            string[] flags = [.. ((object?[])key[1]!).Select(flag => (string)flag!)];
            expected[Encoding.UTF8.GetString((byte[])key[0]!)] = KeySpec.At(1, flags).Use & Known;
        }
        return expected;
    }
}
