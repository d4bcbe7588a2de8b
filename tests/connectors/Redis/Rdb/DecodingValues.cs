using Godwit.Connectors.Redis.Rdb;
using static Godwit.Tests.Connectors.Redis.Rdb.RdbBytes;

namespace Godwit.Tests.Connectors.Redis.Rdb;

public sealed class DecodingValues
{
    [Theory]
    [InlineData("03 616263", "abc")]
    [InlineData("00", "")]
    [InlineData("c0 ff", "-1")]
    [InlineData("c1 00 80", "-32768")]
    [InlineData("c2 ffffff7f", "2147483647")]
    [InlineData("c3 05 0a 00 6b e0 00 00", "kkkkkkkkkk")]
    public void A_string_is_plain_a_number_or_compressed(string value, string text) =>
        Assert.Equal(text, Assert.Single(AsTexts(Decode(0, value).Strings)));

    [Theory]
    [InlineData("00 01", "0")]
    [InlineData("7f 01", "127")]
    [InlineData("80 01", "")]
    [InlineData("82 6162 03", "ab")]
    [InlineData("c0 80 02", "128")]
    [InlineData("df ff 02", "-1")]
    [InlineData("cf ff 02", "4095")]
    [InlineData("d0 00 02", "-4096")]
    [InlineData("e0 01 61 03", "a")]
    [InlineData("f0 01000000 61 06", "a")]
    [InlineData("f1 ff7f 03", "32767")]
    [InlineData("f2 000080 04", "-8388608")]
    [InlineData("f3 ffffff7f 05", "2147483647")]
    [InlineData("f4 0000000000000080 09", "-9223372036854775808")]
    public void A_listpack_keeps_numbers_and_bytes_in_many_widths(string entry, string text)
    {
        byte[] pack = Listpack("01 01", entry, "02 01");
        Assert.Equal(["1", text, "2"], AsTexts(ValueElements.Decode(RdbType.SetListpack, Blob(pack), false).Strings));
    }

    [Theory]
    [InlineData("01 61", "a")]
    [InlineData("40 01 61", "a")]
    [InlineData("80 00000001 61", "a")]
    [InlineData("c0 0080", "-32768")]
    [InlineData("d0 ffffff7f", "2147483647")]
    [InlineData("e0 0000000000000080", "-9223372036854775808")]
    [InlineData("f0 000080", "-8388608")]
    [InlineData("fe 80", "-128")]
    [InlineData("f1", "0")]
    [InlineData("fd", "12")]
    public void A_ziplist_keeps_numbers_and_bytes_in_many_widths(string entry, string text)
    {
        byte[] list = [0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, .. Hex(entry), .. Hex("fe 10000000 01 62"), 0xff];
        list[0] = (byte)list.Length;
        Assert.Equal([text, "b"], AsTexts(ValueElements.Decode(RdbType.ListZiplist, Blob(list), false).Strings));
        byte[] nodes = [2, .. Blob(list), .. Blob(list)];
        Assert.Equal([text, "b", text, "b"],
            AsTexts(ValueElements.Decode(RdbType.ListOfZiplists, nodes, false).Strings));
    }

    [Theory]
    [InlineData("0c 02000000 02000000 ffff 0500", "-1,5")]
    [InlineData("0c 04000000 01000000 00000080", "-2147483648")]
    [InlineData("10 08000000 01000000 0000000000000080", "-9223372036854775808")]
    public void A_set_of_numbers_keeps_them_in_one_width(string value, string members) =>
        Assert.Equal(members, string.Join(',', AsTexts(Decode(RdbType.SetIntset, value).Strings)));

    [Fact]
    public void A_zipmap_may_have_free_bytes_behind_a_value() =>
        Assert.Equal(["f", "value", "g", ""],
            AsTexts(Decode(RdbType.HashZipmap, "15 02 01 66 05 02 76616c7565 0000 fe01000000 67 00 00 ff").Strings));

    [Theory]
    [InlineData(RdbType.SortedSet, "02 016d 000000000000f83f 016e 000000000000f07f")]
    [InlineData(RdbType.SortedSetText, "02 016d 03312e35 016e fe")]
    [InlineData(RdbType.SortedSetListpack, "17 17000000 0400 816d02 83312e3504 816e02 83696e6604 ff")]
    public void Scores_are_the_same_in_every_encoding(byte type, string value)
    {
        var scored = Decode(type, value);
        Assert.Equal((ValueKind.SortedSet, "m,n", 1.5, double.PositiveInfinity),
            (scored.Kind, string.Join(',', AsTexts(scored.Strings)), scored.Scores[0], scored.Scores[1]));
    }

    [Theory]
    [InlineData(RdbType.HashWithTtls, "e803000000000000 02 00 0166 0176 06 0167 0177", false)]
    [InlineData(RdbType.HashListpackWithTtls,
        "e803000000000000 18 18000000 0600 816602 817602 0001 816702 817702 c3ed02 ff", false)]
    [InlineData(RdbType.ValkeyHash, "02 0166 0176 ffffffffffffffff 0167 0177 ed03000000000000", true)]
    public void Fields_expire_at_the_same_time_in_every_encoding(byte type, string value, bool isValkey)
    {
        var hash = ValueElements.Decode(type, Hex(value), isValkey);
        Assert.Equal(["f", "v", "g", "w"], AsTexts(hash.Strings));
        Assert.Equal([ValueElements.Never, 1005], hash.FieldExpiries);
        Assert.True(hash.HasFieldExpiry);
    }

    [Theory]
    [InlineData(RdbType.Stream1)]
    [InlineData(RdbType.Stream2)]
    [InlineData(RdbType.Stream3)]
    public void A_stream_has_entries_a_last_id_and_groups(byte type)
    {
        var bytes = type switch { RdbType.Stream1 => Stream1, RdbType.Stream2 => Stream2, _ => Stream3 };
        var stream = ValueElements.Decode(type, bytes, false).Stream!;

        var entry = Assert.Single(stream.Entries);
        Assert.Equal((new StreamId(5, 1), "a", "1", 1),
            (entry.Id, AsText(stream.Names[entry.FirstName]), AsText(stream.Values[entry.FirstValue]), entry.Fields));
        Assert.Equal((1UL, new StreamId(5, 2)), (stream.State.Length, stream.State.LastId));
        var group = Assert.Single(stream.State.Groups);
        Assert.Equal(("g", new StreamId(5, 1)), (AsText(group.Name), group.LastId));
        Assert.Equal(new StreamDelivery(1000, 3), group.Pending[new StreamId(5, 1)]);
        var consumer = Assert.Single(group.Consumers);
        Assert.Equal(("c", 2000L, type == RdbType.Stream3 ? 3000L : 2000L),
            (AsText(consumer.Name), consumer.SeenMs, consumer.ActiveMs));
        Assert.Equal(new StreamId(5, 1), Assert.Single(consumer.Pending));
        Assert.Equal(type == RdbType.Stream1 ? (default, 1UL, StreamGroup.Unknown) : (new StreamId(5, 2), 2UL, 1UL),
            (stream.State.MaxDeletedId, stream.State.EntriesAdded, group.EntriesRead));
    }

    [Theory]
    [InlineData(RdbType.List, "02 0161")]
    [InlineData(RdbType.List, "01 0161 00")]
    [InlineData(RdbType.Set, "81 ffffffffffffffff")]
    [InlineData(RdbType.String, "81 7fffffffffffffff 61")]
    [InlineData(RdbType.String, "c3 01 80 7fffffff 00")]
    [InlineData(RdbType.SetListpack, "09 09000000 0200 0101 ff")]
    [InlineData(RdbType.SortedSetText, "01 016d 01 78")]
    [InlineData(RdbType.HashListpack, "09 09000000 0100 0101 ff")]
    public void A_damaged_value_is_an_error_and_takes_no_memory(byte type, string value)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<RdbException>(() => Decode(type, value));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000);
    }

    [Fact]
    public void Values_of_modules_are_not_taken_apart() =>
        Assert.Equal(7, Assert.Throws<UnknownRdbTypeException>(() => Decode(RdbType.Module, "01 00")).Type);

    private static ValueElements Decode(byte type, string value) => ValueElements.Decode(type, Hex(value), false);
}
