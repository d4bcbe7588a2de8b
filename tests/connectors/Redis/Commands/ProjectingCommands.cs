using Godwit.Connectors.Redis.Commands;

namespace Godwit.Tests.Connectors.Redis.Commands;

public sealed class ProjectingCommands
{
    [Theory]
    [InlineData("DEL a b c", new[] { 1, 3 }, "DEL a c")]
    [InlineData("unlink a b", new[] { 2 }, "unlink b")]
    [InlineData("TOUCH a", new[] { 1 }, "TOUCH a")]
    [InlineData("EXISTS a a", new[] { 1, 2 }, "EXISTS a a")]
    [InlineData("MSET a 1 b 2 c 3", new[] { 1, 5 }, "MSET a 1 c 3")]
    public void A_sum_is_kept_for_some_keys_with_what_belongs_to_them(string command, int[] keys, string kept)
    {
        Assert.True(Projection.IsSum(Words.Frame(command)));
        Assert.Equal(kept, Words.Text(Projection.Keep(Words.Frame(command), keys)));
    }

    [Theory]
    [InlineData("MSETNX a 1 b 2")]
    [InlineData("PFCOUNT a b")]
    [InlineData("SUNIONSTORE a b c")]
    [InlineData("RENAME a b")]
    [InlineData("MSET a 1 b")]
    [InlineData("MSET a")]
    [InlineData("DEL")]
    public void What_needs_its_keys_together_is_no_sum(string command) =>
        Assert.False(Projection.IsSum(Words.Frame(command)));

    [Theory]
    [InlineData("RENAME a b", new[] { 1 })]
    [InlineData("DEL a b", new int[0])]
    [InlineData("DEL a b", new[] { 0 })]
    [InlineData("DEL a b", new[] { 3 })]
    [InlineData("DEL a b", new[] { 2, 1 })]
    [InlineData("MSET a 1 b 2", new[] { 2 })]
    public void Only_keys_of_a_sum_are_kept(string command, int[] keys) =>
        Assert.Throws<ArgumentException>(() => Projection.Keep(Words.Frame(command), keys));
}
