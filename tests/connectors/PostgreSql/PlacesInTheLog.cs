using Godwit.Connectors.PostgreSql;
using Godwit.Connectors.PostgreSql.Capture;

namespace Godwit.Tests.Connectors.PostgreSql;

public sealed class PlacesInTheLog
{
    [Theory]
    [InlineData("0/0", 0UL)]
    [InlineData("0/1530080", 0x1530080UL)]
    [InlineData("16/B374D848", 0x16B374D848UL)]
    [InlineData("FFFF/FFFFFFF8", 0xFFFFFFFFFFF8UL)]
    public void A_place_is_read_and_shown_as_PostgreSQL_writes_it(string text, ulong lsn)
    {
        Assert.Equal(lsn, LogPosition.Parse(text));
        Assert.Equal(text, LogPosition.Show(lsn));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(2047UL)]
    public void A_part_keeps_the_place_of_its_transaction(ulong part)
    {
        var position = LogPosition.Of(0x16B374D848, part);
        Assert.Equal((0x16B374D848UL, part), (LogPosition.Lsn(position), LogPosition.Part(position)));
        Assert.True(position < LogPosition.Of(0x16B374D848 + 8));
        Assert.True(part == 0 || position > LogPosition.Of(0x16B374D848, part - 1));
    }

    [Fact]
    public void Parts_that_nobody_can_count_any_more_stay_before_the_next_transaction() =>
        Assert.True(LogPosition.Of(0x10, 1_000_000) < LogPosition.Of(0x18));

    [Theory]
    [InlineData("100:105:", new uint[] { 99, 104 }, true)]
    [InlineData("100:105:", new uint[] { 99, 105 }, false)]
    [InlineData("100:105:102", new uint[] { 101 }, true)]
    [InlineData("100:105:102", new uint[] { 102 }, false)]
    [InlineData("100:105:101,102", new uint[] { 100, 103 }, true)]
    // The log tells the low half only: 4294967296 is its wrap-around.
    [InlineData("4294967296:4294967300:", new uint[] { 4294967295, 3 }, true)]
    [InlineData("4294967290:4294967291:", new uint[] { 3 }, false)]
    [InlineData("4294967290:4294967300:4294967298", new uint[] { 2 }, false)]
    [InlineData("4294967290:4294967300:4294967295", new uint[] { 4294967295 }, false)]
    [InlineData("8589934592:8589934600:8589934598", new uint[] { 6 }, false)]
    [InlineData("8589934592:8589934600:8589934598", new uint[] { 7, 4294967290 }, true)]
    public void A_snapshot_has_seen_transactions(string snapshot, uint[] transactions, bool all) =>
        Assert.Equal(all, Seen.Parse(snapshot).HasAll(transactions));
}
