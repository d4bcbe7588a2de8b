using Godwit.Core.Positions;

namespace Godwit.Tests.CoreWords;

public sealed class ComparingPositions
{
    [Fact]
    public void Positions_of_one_timeline_are_ordered()
    {
        Position[] positions = [new(1, 0), new(1, 9), new(1, 10), new(1, ulong.MaxValue)];
        Assert.Equal(positions, positions.Reverse().Order());
        Assert.True(positions[0] < positions[1]);
        Assert.True(positions[2] >= new Position(1, 10));
        Assert.True(positions[2] <= new Position(1, 10));
        Assert.False(positions[2] > new Position(1, 10));
    }

    [Fact]
    public void Positions_of_two_timelines_have_no_order() =>
        Assert.Throws<InvalidOperationException>(() => new Position(1, 5) < new Position(2, 6));

    [Theory]
    [InlineData("0/0")]
    [InlineData("7/18446744073709551615")]
    public void The_text_of_a_position_says_all_of_it(string text) =>
        Assert.Equal(text, Position.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("7/8/9")]
    [InlineData("a/1")]
    [InlineData("1/")]
    public void Other_text_is_no_position(string text) => Assert.ThrowsAny<FormatException>(() => Position.Parse(text));
}
