using Godwit.Connectors.Redis.Rdb;
using static Godwit.Tests.Connectors.Redis.Rdb.RdbBytes;

namespace Godwit.Tests.Connectors.Redis.Rdb;

public sealed class WritingForOtherServers
{
    private const string PackOfTwo = "0f 0f000000 0200 816102 83312e3504 ff";

    [Theory]
    [InlineData(RdbType.SetListpack, PackOfTwo, 10, RdbType.Set, "02 0161 03312e35")]
    [InlineData(RdbType.HashListpack, PackOfTwo, 9, RdbType.Hash, "01 0161 03312e35")]
    [InlineData(RdbType.SortedSetListpack, PackOfTwo, 9, RdbType.SortedSet, "01 0161 000000000000f83f")]
    [InlineData(RdbType.SortedSetListpack, PackOfTwo, 7, RdbType.SortedSetText, "01 0161 03312e35")]
    [InlineData(RdbType.SortedSet, "01 0161 000000000000f0ff", 7, RdbType.SortedSetText, "01 0161 ff")]
    [InlineData(RdbType.ListOfListpacks, "02 01 0162 02" + PackOfTwo, 9, RdbType.List, "03 0162 0161 03312e35")]
    public void An_older_server_gets_an_encoding_that_it_knows(
        byte type, string value, int version, byte written, string expected) =>
        Assert.Equal((written, Convert.ToHexString(Hex(expected))), Encode(type, Hex(value), false, version));

    [Fact]
    public void What_the_target_knows_stays_as_it_is() =>
        Assert.Equal((RdbType.Stream3, Convert.ToHexString(Stream3)), Encode(RdbType.Stream3, Stream3, false, 11));

    [Fact]
    public void An_older_server_gets_a_stream_without_what_it_does_not_know()
    {
        Assert.Equal((RdbType.Stream2, Convert.ToHexString(Stream2)), Encode(RdbType.Stream3, Stream3, false, 10));
        Assert.Equal((RdbType.Stream1, Convert.ToHexString(Stream1)), Encode(RdbType.Stream3, Stream3, false, 9));
        Assert.Null(ValueEncoder.Encode(RdbType.Stream3, Stream3, false, 8));
    }

    [Fact]
    public void Fields_keep_their_expiry_from_one_vendor_to_the_other()
    {
        var redis = Hex("e803000000000000 02 00 0166 0176 01 0167 0177");
        var valkey = Hex("02 0166 0176 ffffffffffffffff 0167 0177 e803000000000000");
        Assert.Equal((RdbType.ValkeyHash, Convert.ToHexString(valkey)), Encode(RdbType.HashWithTtls, redis, false, 80));
        Assert.Equal((RdbType.HashWithTtls, Convert.ToHexString(redis)), Encode(RdbType.ValkeyHash, valkey, true, 12));
        var older = ValueEncoder.Encode(RdbType.ValkeyHash, valkey, true, 11)!.Value;
        Assert.Equal((RdbType.Hash, true), (older.Type, older.LosesFieldExpiries));
        Assert.Null(ValueEncoder.Encode(RdbType.ValkeyHash, valkey, false, 80));
    }

    private static (byte, string) Encode(byte type, byte[] value, bool isValkey, int version)
    {
        var written = ValueEncoder.Encode(type, value, isValkey, version)!.Value;
        return (written.Type, Convert.ToHexString(written.Value.Span));
    }
}
