using System.Buffers;
using Godwit.Connectors.Redis.Rdb;
using static Godwit.Tests.Connectors.Redis.Rdb.RdbBytes;

namespace Godwit.Tests.Connectors.Redis.Rdb;

public sealed class CheckingBytes
{
    [Fact]
    public void The_checksum_is_the_one_of_the_field()
    {
        Assert.Equal(0xe9c6d914c4b8d9caUL, Crc64.Append(0, "123456789"u8));
        Assert.Equal(0UL, Crc64.Append(0, []));
    }

    [Fact]
    public void Wherever_the_bytes_are_cut_the_checksum_is_the_same()
    {
        var bytes = Sample;
        var whole = Crc64.Append(0, bytes);
        for (var cut = 0; cut <= bytes.Length; cut++)
            Assert.Equal(whole, Crc64.Append(Crc64.Append(0, bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
    }

    [Theory]
    [InlineData("02616263", "abc")]
    [InlineData("0061 20 00", "aaaa")]
    [InlineData("02616263 40 02", "abcabca")]
    [InlineData("0061 e0 05 00", "aaaaaaaaaaaaaaa")]
    public void What_was_compressed_is_plain_again(string compressed, string plain)
    {
        var room = new byte[plain.Length];
        Assert.True(Lzf.Decompress(Hex(compressed), room));
        Assert.Equal(plain, AsText(room));
    }

    [Theory]
    [InlineData("0261", 3)]
    [InlineData("20 00", 3)]
    [InlineData("0061 20", 4)]
    [InlineData("0061 e0", 12)]
    [InlineData("0061 20 01", 4)]
    [InlineData("0061 20 00", 3)]
    [InlineData("0061 20 00", 5)]
    public void What_was_compressed_wrongly_is_noticed(string compressed, int length) =>
        Assert.False(Lzf.Decompress(Hex(compressed), new byte[length]));

    [Fact]
    public void A_payload_that_a_server_dumped_is_understood()
    {
        var parsed = RestorePayload.Parse(Hex("00 0568656c6c6f 0a00 6372df766534200a"));
        Assert.Equal((RdbType.String, "\u0005hello", 10), (parsed.Type, AsText(parsed.Value.Span), parsed.Stamp));
    }

    [Fact]
    public void A_payload_is_type_value_stamp_and_checksum()
    {
        var payload = new ArrayBufferWriter<byte>();
        RestorePayload.Write(payload, RdbType.String, Text("hello"));
        Assert.Equal(Hex("00 0568656c6c6f 0600"), payload.WrittenSpan[..^8].ToArray());
        Assert.Equal(Text("hello").Length + RestorePayload.Overhead, payload.WrittenCount);
        Assert.Equal(6, RestorePayload.Parse(payload.WrittenMemory).Stamp);
    }

    [Theory]
    [InlineData(RdbType.Hash, 6)]
    [InlineData(RdbType.HashZiplist, 6)]
    [InlineData(RdbType.ListOfZiplists, 7)]
    [InlineData(RdbType.SortedSet, 8)]
    [InlineData(RdbType.Stream1, 9)]
    [InlineData(RdbType.ListOfListpacks, 10)]
    [InlineData(RdbType.SetListpack, 11)]
    [InlineData(RdbType.HashWithTtls, 12)]
    [InlineData(RdbType.ValkeyHash, 80)]
    public void A_payload_asks_for_no_newer_server_than_its_type_needs(byte type, int stamp) =>
        Assert.Equal(stamp, RestorePayload.StampFor(type));

    [Fact]
    public void A_harmed_payload_is_noticed_unless_it_has_no_checksum()
    {
        var payload = new ArrayBufferWriter<byte>();
        RestorePayload.Write(payload, RdbType.String, Text("hello"));
        var bytes = payload.WrittenSpan.ToArray();
        bytes[2] ^= 1;
        Assert.Throws<RdbException>(() => RestorePayload.Parse(bytes));
        bytes.AsSpan(^8..).Clear();
        Assert.Equal(0, RestorePayload.Parse(bytes).Type);
        Assert.Throws<RdbException>(() => RestorePayload.Parse(new byte[11]));
        Assert.Throws<UnknownRdbTypeException>(() => RestorePayload.Write(payload, 6, [0]));
    }
}
