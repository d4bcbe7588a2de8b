using Godwit.Connectors.Redis.Rdb;
using static Godwit.Tests.Connectors.Redis.Rdb.RdbBytes;

namespace Godwit.Tests.Connectors.Redis.Rdb;

public sealed class MakingKeysByCommands
{
    [Theory]
    [InlineData(RdbType.String, "0176", "SET k v")]
    [InlineData(RdbType.List, "02 0161 0162", "RPUSH k a b")]
    [InlineData(RdbType.Set, "02 0161 0162", "SADD k a b")]
    [InlineData(RdbType.Hash, "01 0166 0176", "HSET k f v")]
    [InlineData(RdbType.SortedSetText, "02 016d 03312e35 016e ff", "ZADD k 1.5 m -inf n")]
    [InlineData(RdbType.HashWithTtls, "e803000000000000 02 00 0166 0176 02 0167 0177",
        "HSET k f v g w|HPEXPIREAT k 1001 FIELDS 1 g")]
    public void A_key_is_made_of_its_elements(byte type, string value, string commands) =>
        Assert.Equal(commands.Split('|'), Commands(type, Hex(value), 12));

    [Fact]
    public void A_stream_is_made_of_entries_state_and_groups()
    {
        Assert.Equal(
            [
                "XADD k 5-1 a 1", "XSETID k 5-2 ENTRIESADDED 2 MAXDELETEDID 5-2", "XGROUP CREATE k g 5-1 ENTRIESREAD 1",
                "XGROUP CREATECONSUMER k g c", "XCLAIM k g c 0 5-1 TIME 1000 RETRYCOUNT 3 FORCE JUSTID",
            ],
            Commands(RdbType.Stream3, Stream3, 11));
        Assert.Equal(["XADD k 5-1 a 1", "XSETID k 5-2", "XGROUP CREATE k g 5-1"],
            Commands(RdbType.Stream1, Stream1, 9).Take(3));
    }

    [Fact]
    public void A_stream_without_entries_is_made_too() =>
        Assert.Equal("XGROUP CREATE k godwit 0 MKSTREAM|XGROUP DESTROY k godwit|XSETID k 7-0",
            string.Join('|', Commands(RdbType.Stream1, Hex("00 00 07 00 00"), 9)));

    [Fact]
    public void Many_elements_and_long_ones_come_in_slices()
    {
        byte[] many = [0x44, 0x01, .. Enumerable.Repeat(Text("e"), 1025).SelectMany(one => one)];
        Assert.Equal([514, 514, 3], Made(RdbType.List, many).Select(command => command.Count));
        byte[] text = [0x80, 0x00, 0x10, 0x00, 0x01, .. new byte[ElementCommands.MostBytes + 1]];
        Assert.Equal([ElementCommands.MostBytes, 1], Made(RdbType.String, text).Select(command => command[2].Length));
        byte[] longOnes = [3, .. text, .. text, .. Text("e")];
        Assert.Equal([3, 3, 3], Made(RdbType.Set, longOnes).Select(command => command.Count));
    }

    private static IEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> Made(byte type, byte[] value, int version = 12) =>
        ElementCommands.Make(Ascii("k"), ValueElements.Decode(type, value, false), version);

    private static IEnumerable<string> Commands(byte type, byte[] value, int version) =>
        Made(type, value, version).Select(one => string.Join(' ', one.Select(argument => AsText(argument.Span))));
}
