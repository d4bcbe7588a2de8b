using Godwit.Connectors.Redis.Rdb;
using static Godwit.Tests.Connectors.Redis.Rdb.RdbBytes;

namespace Godwit.Tests.Connectors.Redis.Rdb;

public sealed class CuttingLargeValues
{
    private const string Packs = "03 01 0162 02 0a 0a000000 0100 816102 ff 01 0163";

    [Theory]
    [InlineData(RdbType.List, "03 0161 c005 0162")]
    [InlineData(RdbType.Set, "03 0161 0162 0163")]
    [InlineData(RdbType.Hash, "03 0161 0131 0162 0132 0163 0133")]
    [InlineData(RdbType.SortedSet, "03 0161 000000000000f83f 0162 000000000000f03f 0163 0000000000000000")]
    [InlineData(RdbType.SortedSetText, "03 0161 0131 0162 fe 0163 0132")]
    [InlineData(RdbType.ListOfListpacks, Packs)]
    [InlineData(RdbType.HashWithTtls, "e803000000000000 03 00 0166 0176 06 0167 0177 01 0168 0178")]
    public async Task The_pieces_together_have_the_elements_of_the_whole_in_their_order(byte type, string value)
    {
        var whole = ValueElements.Decode(type, Hex(value), false);
        byte[] andMore = [.. Hex(value), 1, 2, 3];
        var pieces = new ValuePieces(new MemoryStream(andMore), type, false, 1, 100);
        var (count, strings, scores, expiries) = (0, new List<string>(), new List<double>(), new List<long>());
        for (; await pieces.Read(CancellationToken.None); count++)
        {
            var piece = ValueElements.Decode(type, pieces.Value.Span, false);
            strings.AddRange(AsTexts(piece.Strings));
            scores.AddRange(piece.Scores);
            expiries.AddRange(piece.FieldExpiries);
        }
        Assert.Equal(3, count);
        Assert.Equal(AsTexts(whole.Strings), strings);
        Assert.Equal(whole.Scores, scores);
        Assert.Equal(whole.FieldExpiries, expiries);
    }

    [Fact]
    public async Task A_piece_ends_with_the_element_that_makes_it_long_enough()
    {
        byte[] set = [0x43, 0xe8, .. Enumerable.Repeat(Text("member"), 1000).SelectMany(one => one)];
        var pieces = new ValuePieces(new MemoryStream(set), RdbType.Set, false, 3500, 10_000);
        Assert.True(await pieces.Read(CancellationToken.None));
        Assert.Equal(500, ValueElements.Decode(RdbType.Set, pieces.Value.Span, false).Strings.Count);
        Assert.True(await pieces.Read(CancellationToken.None));
        Assert.False(await pieces.Read(CancellationToken.None));
    }

    [Fact]
    public async Task A_value_without_an_end_and_an_element_that_is_too_long_are_errors()
    {
        var cut = new ValuePieces(new MemoryStream(Hex("02 0161")), RdbType.Set, false, 100, 100);
        Assert.Equal(3, (await Assert.ThrowsAsync<RdbException>(() => cut.Read(default).AsTask())).Position);
        byte[] one = [1, .. Blob(new byte[1000])];
        var tooLong = new ValuePieces(new MemoryStream(one), RdbType.Set, false, 100, 100);
        await Assert.ThrowsAsync<RdbException>(() => tooLong.Read(default).AsTask());
    }

    [Theory]
    [InlineData(RdbType.String)]
    [InlineData(RdbType.HashListpack)]
    [InlineData(RdbType.Stream3)]
    [InlineData(RdbType.Module)]
    public void What_is_in_one_piece_is_not_cut(byte type) => Assert.False(ValuePieces.CanCut(type, false));
}
