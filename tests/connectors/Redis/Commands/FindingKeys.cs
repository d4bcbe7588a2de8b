using Godwit.Connectors.Redis.Commands;
using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Tests.Connectors.Redis.Commands;

/// <summary>With tables as servers before 7.0 give them, and with what modules and later versions may say.</summary>
public sealed class FindingKeys
{
    private static readonly CommandTable Old = new(
    [
        Command("get", 2, "readonly", 1, 1, 1),
        Command("set", -3, "write", 1, 1, 1),
        Command("del", -2, "write", 1, -1, 1),
        Command("mset", -3, "write", 1, -1, 2),
        Command("msetnx", -3, "write", 1, -1, 2),
        Command("rename", 3, "write", 1, 2, 1),
        Command("copy", -3, "write", 1, 2, 1),
        Command("move", 3, "write", 1, 1, 1),
        Command("bitop", -4, "write", 2, -1, 1),
        Command("blpop", -3, "write", 1, -2, 1),
        Command("sunionstore", -3, "write", 1, -1, 1),
        Command("zunionstore", -4, "write movablekeys", 1, 1, 1),
        Command("sort", -2, "write movablekeys", 1, 1, 1),
        Command("georadius", -6, "write movablekeys", 1, 1, 1),
        Command("georadiusbymember", -5, "write movablekeys", 1, 1, 1),
        Command("migrate", -6, "write movablekeys", 0, 0, 0),
        Command("xgroup", -2, "write", 2, 2, 1),
        Command("xreadgroup", -7, "write movablekeys", 1, 1, 1),
        Command("xread", -4, "readonly movablekeys", 1, 1, 1),
        Command("eval", -3, "noscript movablekeys", 0, 0, 0),
        Command("flushall", -1, "write", 0, 0, 0),
        Command("module.moves", -2, "write movablekeys", 1, 1, 1),
        Command("module.hides", -2, "write", 0, 0, 0),
        Command("dbsize", 1, "readonly", 0, 0, 0),
    ]);

    // "2W" is argument 2, written; R is read, D perhaps deleted, E in another database.
    [Theory]
    [InlineData("GET k", "Found 1R")]
    [InlineData("sEt k v EX 1", "Found 1RWD")]
    [InlineData("DEL a b c", "Found 1WD 2WD 3WD")]
    [InlineData("MSET a 1 b 2", "Found 1W 3W")]
    [InlineData("RENAME a b", "Found 1RWD 2W")]
    [InlineData("COPY a b REPLACE", "Found 1R 2W")]
    [InlineData("COPY a b DB 3 REPLACE", "Found 1R 2WE")]
    [InlineData("MOVE a 3", "Found 1RWDE")]
    [InlineData("BITOP AND d a b", "Found 2W 3R 4R")]
    [InlineData("BLPOP a b 0", "Found 1RWD 2RWD")]
    [InlineData("SUNIONSTORE d a b", "Found 1W 2R 3R")]
    [InlineData("ZUNIONSTORE d 2 a b WEIGHTS 1 2", "Found 1W 3R 4R")]
    [InlineData("ZUNIONSTORE d 3 a b", "Malformed")]
    [InlineData("ZUNIONSTORE d -1 a b", "Malformed")]
    [InlineData("ZUNIONSTORE d two a b", "Malformed")]
    [InlineData("SORT k", "Found 1R")]
    [InlineData("SORT k BY nosort GET # STORE d", "Found 1R 7W")]
    [InlineData("SORT k LIMIT STORE 5 ALPHA store d STORE e", "Found 1R 9W")]
    [InlineData("SORT k BY w_* STORE d", "ReadsOthers 1R 5W")]
    [InlineData("SORT k GET w_* GET STORE STORE d", "ReadsOthers 1R 7W")]
    [InlineData("SORT k STORE", "Malformed")]
    [InlineData("GEORADIUS k 1 2 3 m COUNT 1 STORE d", "Found 1R 9W")]
    [InlineData("GEORADIUS k 1 2 3 m STORE STORE STOREDIST e", "Found 1R 9W")]
    [InlineData("GEORADIUSBYMEMBER k STORE 3 m STOREDIST d", "Found 1R 6W")]
    [InlineData("GEORADIUS k 1 2 3 m ASC", "Found 1R")]
    [InlineData("GEORADIUS k 1 2 3 m STORE", "Malformed")]
    [InlineData("MIGRATE h 1 k 0 9", "Found 3RWD")]
    [InlineData("MIGRATE h 1 \"\" 0 9 COPY AUTH KEYS KEYS a b", "Found 10RWD 11RWD")]
    [InlineData("MIGRATE h 1 \"\" 0 9 AUTH2 KEYS KEYS KEYS a", "Found 10RWD")]
    [InlineData("MIGRATE h 1 k 0 9 KEYS a", "Malformed")]
    [InlineData("XGROUP CREATE k g $", "Found 2RWD")]
    [InlineData("XREADGROUP GROUP STREAMS STREAMS STREAMS a b > >", "Found 5RW 6RW")]
    [InlineData("XREADGROUP GROUP STREAMS STREAMS a b > >", "Malformed")]
    [InlineData("XREAD COUNT 1 STREAMS a STREAMS 0 0", "Found 4R 5R")]
    [InlineData("EVAL script 2 a b c", "Declared 3RW 4RW")]
    [InlineData("EVAL script 0 c", "Declared")]
    [InlineData("EVAL script 3 a b", "Malformed")]
    [InlineData("FLUSHALL ASYNC", "None")]
    [InlineData("SELECT 3", "None")]
    [InlineData("PUBLISH channel text", "None")]
    [InlineData("DBSIZE", "None")]
    [InlineData("GET", "Malformed")]
    [InlineData("GET a b", "Malformed")]
    [InlineData("DEL", "Malformed")]
    [InlineData("MODULE.MOVES k", "NotProvable")]
    [InlineData("MODULE.HIDES k", "NotProvable")]
    [InlineData("ABSENT k", "UnknownCommand")]
    [InlineData("GE k", "UnknownCommand")]
    public void An_old_server_tells_enough_or_nothing_is_said(string command, string found) =>
        Assert.Equal(found, Found(Old, command));

    [Theory]
    [InlineData("GET k", "Keyed")]
    [InlineData("SORT k", "Keyed")]
    [InlineData("EVAL script 0", "Script")]
    [InlineData("flushall", "Global")]
    [InlineData("SWAPDB 0 1", "Global")]
    [InlineData("FUNCTION LOAD code", "Global")]
    [InlineData("SCRIPT FLUSH", "Global")]
    [InlineData("MULTI", "Connection")]
    [InlineData("REPLCONF GETACK *", "Connection")]
    [InlineData("SPUBLISH channel text", "Publish")]
    [InlineData("DBSIZE", "Unknown")]
    [InlineData("MODULE.MOVES k", "Unknown")]
    [InlineData("ABSENT k", "Unknown")]
    public void A_command_is_of_the_kind_that_its_name_or_its_keys_say(string command, string kind) =>
        Assert.Equal(kind, Old.Kind(Words.Frame(command)).ToString());

    [Theory]
    [InlineData("TAKES a b", "Found 1RW 2RW", "RW")]
    [InlineData("TAKES a b", "NotProvable", "RW incomplete")]
    [InlineData("TAKES a b", "NotProvable", "RW variable_flags")]
    [InlineData("TAKES a b", "NotProvable", "RO not_key")]
    public void A_module_is_believed_what_it_says_without_reserve(string command, string found, string flags)
    {
        KeySpec[] keys = [KeySpec.Between(1, -1, 1, flags.Split(' '))];
        var table = new CommandTable([Command("takes", -2, "write movablekeys", 1, 1, 1) with { Keys = keys }]);
        Assert.Equal(found, Found(table, command));
    }

    [Fact]
    public void A_command_that_writes_and_is_said_to_read_only_writes_its_keys()
    {
        var table = new CommandTable([Command("takes", 2, "write", 1, 1, 1) with { Keys = [KeySpec.At(1, "RO")] }]);
        Assert.Equal("Found 1RW", Found(table, "TAKES k"));
    }

    [Fact]
    public void A_subcommand_that_the_server_does_not_have_is_unknown()
    {
        var make = Command("group|make", 3, "write", 2, 2, 1) with { Keys = [KeySpec.At(2, "RW")] };
        var table = new CommandTable([Command("group", -2, "", 0, 0, 0) with { Keys = [], Subcommands = [make] }]);
        Assert.Equal("Found 2RW", Found(table, "GROUP Make k"));
        Assert.Equal("UnknownCommand", Found(table, "GROUP break k"));
        Assert.Equal("UnknownCommand", Found(table, "GROUP"));
        Assert.Equal(CommandKind.Keyed, table.Kind(Words.Frame("GROUP MAKE k")));
        Assert.Equal(CommandKind.Unknown, table.Kind(Words.Frame("GROUP BREAK k")));
    }

    [Fact]
    public void The_other_database_is_the_last_that_is_named()
    {
        Assert.True(OtherDatabase.TryFind(Words.Frame("COPY DB DB DB 3 REPLACE db 4"), out var database));
        Assert.Equal(4, database);
        Assert.True(OtherDatabase.TryFind(Words.Frame("move k 5"), out database));
        Assert.Equal(5, database);
        Assert.False(OtherDatabase.TryFind(Words.Frame("COPY DB DB"), out _));
        Assert.False(OtherDatabase.TryFind(Words.Frame("SET DB DB"), out _));
    }

    [Fact]
    public void Finding_keys_allocates_nothing()
    {
        var bytes = Words.Bytes("ZUNIONSTORE d 2 a b");
        var reader = new CommandFrameReader();
        reader.Read(bytes);
        var keys = new KeyList();
        Old.Keys(reader.Frame(bytes), keys);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Old.Keys(reader.Frame(bytes), keys);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void An_answer_that_lacks_what_it_needs_is_refused()
    {
        var reply = RespValue.Array([RespValue.Array([RespValue.Bulk("get"u8.ToArray()), RespValue.Of(2)])]);
        Assert.Throws<FormatException>(() => CommandReply.Parse(reply));
        Assert.Empty(CommandReply.Parse(RespValue.Array([RespValue.Null])));
    }

    private static string Found(CommandTable table, string command)
    {
        var keys = new KeyList();
        keys.Add(99, KeyUse.Read);
        var finding = table.Keys(Words.Frame(command), keys);
        var found = keys.Items.ToArray().Select(key => key.Argument + Letters(key));
        return string.Join(' ', [finding.ToString(), .. found]);
    }

    private static string Letters(KeyReference key) =>
        string.Concat("RWDE".Where((_, bit) => ((int)key.Use & (1 << bit)) != 0));

    private static CommandSpec Command(string name, int arity, string flags, int first, int last, int step) =>
        new(name, arity, flags.Split(' '), first, last, step, null, []);
}
