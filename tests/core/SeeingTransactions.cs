using Godwit.Core.Positions;

namespace Godwit.Tests.CoreWords;

public sealed class SeeingTransactions
{
    [Fact]
    public void A_snapshot_includes_what_is_below_and_not_in_flight()
    {
        var seen = Visibility.Snapshot(1, next: 10, inFlight: [8, 5]);
        Assert.All<ulong>([1, 4, 6, 7, 9], one => Assert.True(seen.Includes(one)));
        Assert.All<ulong>([5, 8, 10, 11, ulong.MaxValue], one => Assert.False(seen.Includes(one)));
    }

    [Fact]
    public void Following_starts_before_the_oldest_that_was_in_flight()
    {
        Assert.Equal(new Position(1, 4), Visibility.Snapshot(1, 10, [8, 5]).SeenThrough);
        Assert.Equal(new Position(1, 9), Visibility.Snapshot(1, 10, []).SeenThrough);
        Assert.Equal(new Position(3, 17), Visibility.UpTo(new Position(3, 17)).SeenThrough);
    }

    [Fact]
    public void What_is_seen_up_to_a_position_includes_it_and_nothing_after_it()
    {
        var seen = Visibility.UpTo(new Position(1, 17));
        Assert.True(seen.Includes(17));
        Assert.False(seen.Includes(18));
    }

    [Fact]
    public void Nothing_between_where_following_starts_and_the_end_is_both_skipped_and_unseen()
    {
        var seen = Visibility.Snapshot(1, 20, [7, 12]);
        for (var one = 1UL; one <= seen.SeenThrough.Offset; one++)
            Assert.True(seen.Includes(one));
    }

    [Theory]
    [InlineData("1:10:")]
    [InlineData("2:10:5,8")]
    [InlineData("0:18446744073709551615:1")]
    public void The_text_of_a_visibility_says_all_of_it(string text) =>
        Assert.Equal(text, Visibility.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("1:2")]
    [InlineData("1:2:3:4")]
    [InlineData("1:two:")]
    [InlineData("1:2:x")]
    public void Other_text_is_no_visibility(string text) =>
        Assert.ThrowsAny<FormatException>(() => Visibility.Parse(text));

    [Fact]
    public void The_end_of_the_numbers_is_not_passed_silently() =>
        Assert.Throws<OverflowException>(() => Visibility.UpTo(new Position(1, ulong.MaxValue)));
}
