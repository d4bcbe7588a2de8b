using System.Text;
using Godwit.Connectors.Redis.Rdb;
using Godwit.Connectors.Redis.Tables;
using Godwit.Connectors.Redis.Verifying;
using Godwit.Core.Problems;
using static Godwit.Tests.Connectors.Redis.Rdb.RdbBytes;

namespace Godwit.Tests.Connectors.Redis.Tables;

public sealed class TellingValuesInRows
{
    [Theory]
    [InlineData(RdbType.String, "0176", "string", "v")]
    [InlineData(RdbType.String, "00", "string", "")]
    [InlineData(RdbType.String, "c07b", "string", "123")]
    [InlineData(RdbType.String, "0e 7b2261223a225c6e2220 3ec3a4 7d", "string", "{\"a\":\"\\n\" >ä}")]
    [InlineData(RdbType.String, "02 fffe", "bytes", "//4=")]
    [InlineData(RdbType.String, "03 610062", "bytes", "YQBi")]
    [InlineData(RdbType.List, "04 0162 00 0161 02ff00", "list", """["b","","a",{"base64":"/wA="}]""")]
    [InlineData(RdbType.Set, "03 0162 00 0161", "set", """["","a","b"]""")]
    [InlineData(RdbType.SetIntset, "0c 02000000 02000000 0300 0100", "set", """["1","3"]""")]
    [InlineData(RdbType.Hash, "02 0167 0177 0166 02c3a4", "hash", """{"f":"ä","g":"w"}""")]
    [InlineData(RdbType.Hash, "02 0167 01ff 01fe 00", "hash", """[["g",{"base64":"/w=="}],[{"base64":"/g=="},""]]""")]
    [InlineData(RdbType.HashWithTtls, "e803000000000000 02 00 0166 0176 02 0167 0177", "hash",
        """[["f","v"],["g","w","1970-01-01T00:00:01.001Z"]]""")]
    [InlineData(RdbType.SortedSetText, "04 016d 03312e35 016e ff 016f fe 0161 022d30", "zset",
        """[["n","-inf"],["a",0],["m",1.5],["o","inf"]]""")]
    public void A_value_is_told_and_made_again(byte type, string value, string name, string text)
    {
        var elements = ValueElements.Decode(type, Hex(value), false);
        Assert.Equal(name, Encoding.UTF8.GetString(ValueForm.TypeOf(elements)));
        Assert.Equal(text, Encoding.UTF8.GetString(ValueForm.Of(elements).Span));
        AssertAlike(elements, Read(name, text));
    }

    [Fact]
    public void A_score_keeps_every_digit()
    {
        foreach (var score in (double[])[0.1, 1e-320, double.MaxValue, double.Epsilon, 123456789.123456789, -1e17])
        {
            var elements = new ValueElements(ValueKind.SortedSet);
            elements.AddScored("m"u8, score);
            var again = Read("zset", Encoding.UTF8.GetString(ValueForm.Of(elements).Span));
            Assert.Equal(score, Assert.Single(again.Scores));
        }
    }

    [Fact]
    public void A_stream_is_told_with_its_groups_and_made_again()
    {
        const string expected =
            """{"entries":[["5-1","a","1"]],"last_id":"5-2","max_deleted_id":"5-2","entries_added":2,"""
            + """
            "groups":[{"name":"g","last_id":"5-1","consumers":[{"name":"c","pending":[["5-1",3]]}]}]}
            """;
        var elements = ValueElements.Decode(RdbType.Stream3, Stream3, false);
        Assert.Equal(expected, Encoding.UTF8.GetString(ValueForm.Of(elements).Span));
        var again = Read("stream", expected);
        AssertAlike(elements, again);
        Assert.Equal(77, Assert.Single(Assert.Single(again.Stream!.State.Groups).Pending).Value.AtMs);
    }

    [Fact]
    public void What_is_pending_and_was_deleted_is_made_deleted_and_pending()
    {
        var stream = Read(
            "stream",
            """
            {"entries":[["3-0","a","1"]],"last_id":"9-0","max_deleted_id":"5-0","entries_added":7,"groups":[
            {"name":"g","last_id":"5-0","consumers":[{"name":"c","pending":[["1-0",2],["3-0",1],["5-0",1]]}]}]}
            """);
        var commands = ElementCommands.Make(Ascii("k"), stream, 11).Select(
            one => string.Join(' ', one.Select(word => AsText(word.Span)))).ToList();
        Assert.Equal(["XADD k 1-0 deleted ", "XADD k 3-0 a 1", "XADD k 5-0 deleted "], commands.Take(3));
        Assert.Equal(["XDEL k 1-0 5-0", "XSETID k 9-0 ENTRIESADDED 7 MAXDELETEDID 5-0"], commands.TakeLast(2));
        Assert.Single(commands, one => one.StartsWith("XSETID", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("string ", "v", "its type is none of")]
    [InlineData("bytes", "//4", "no base64")]
    [InlineData("list", "[", "no JSON")]
    [InlineData("list", "[]", "without members does not exist")]
    [InlineData("list", "{}", "no array")]
    [InlineData("list", "[1]", "neither a text nor")]
    [InlineData("list", """["\ud800"]""", "half a character")]
    [InlineData("list", """[{"base64":"AA==","more":1}]""", "neither a text nor")]
    [InlineData("set", """["a","a"]""", "a member twice")]
    [InlineData("hash", """{"f":"v","f":"w"}""", "a member twice")]
    [InlineData("hash", """[["f"]]""", "too few or too many parts")]
    [InlineData("hash", """[["f","v","soon"]]""", "no time")]
    [InlineData("zset", """[["m","NaN"]]""", "no number")]
    [InlineData("zset", """[["m",1e999]]""", "no number")]
    [InlineData("stream", "{}", "lacks entries")]
    [InlineData("stream", """{"entries":[["1-0","f"]]}""", "an entry is")]
    [InlineData("stream", """{"entries":[["2-0","f","v"],["1-9","f","v"]]}""", "1-9 follows 2-0")]
    [InlineData("stream", """{"entries":[["2-0","f","v"]],"last_id":"1-0"}""", "beyond the last id")]
    public void What_is_no_value_is_refused_with_why(string type, string text, string why)
    {
        var broken = Assert.Throws<FormatException>(() => Read(type, text));
        Assert.Contains(why, broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_modules_value_and_one_that_is_too_large_are_told_with_their_key()
    {
        Assert.Equal("GW-RED-041", Refusal(RdbType.Module, Hex("8100 00")).Code);
        byte[] plain = [0x80, 0x01, 0x00, 0x00, 0x01, .. new byte[KeyRows.MostBytes + 1]];
        var problem = Refusal(RdbType.String, plain);
        Assert.Equal("GW-RED-042", problem.Code);
        Assert.Contains("16777217 bytes", problem.Why, StringComparison.Ordinal);
        Assert.Contains(" k ", problem.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RdbType.String)]
    [InlineData(RdbType.HashListpack)]
    public void A_compressed_value_is_too_large_by_what_it_would_become(byte type)
    {
        // 64 MB of zeros in 260 kB, refused before they are there.
        var before = GC.GetAllocatedBytesForCurrentThread();
        byte[] packed = [0x00, 0x00, .. Enumerable.Repeat((byte[])[0xe0, 0xff, 0x00], 255_000).SelectMany(one => one)];
        byte[] value = [0xc3, 0x80, .. BigEndian(packed.Length), 0x80, .. BigEndian(64 << 20), .. packed];
        Assert.Equal("GW-RED-042", Refusal(type, value).Code);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < KeyRows.MostBytes);
    }

    [Fact]
    public void A_text_that_grows_too_long_is_refused_too()
    {
        var member = new byte[(KeyRows.MostBytes / 6) + 100];
        byte[] value = [1, 0x80, .. BigEndian(member.Length), .. member];
        Assert.Equal("GW-RED-042", Refusal(RdbType.List, value).Code);
    }

    private static byte[] BigEndian(int number) =>
        [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];

    private static Problem Refusal(byte type, byte[] value)
    {
        using var rows = KeyRows.New();
        return Assert.Throws<GodwitException>(
            () => KeyRows.Append(rows, "redis://there", "k"u8, type, value, -1, false)).Problem;
    }

    private static ValueElements Read(string type, string text) =>
        ValueFormReader.Read(Encoding.UTF8.GetBytes(type), Encoding.UTF8.GetBytes(text), now: 77);

    private static void AssertAlike(ValueElements one, ValueElements other) =>
        Assert.Equal(new CanonicalDigest().Of(one, -1), new CanonicalDigest().Of(other, -1));
}
