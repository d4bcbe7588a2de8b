using System.Text;
using Godwit.Connectors.Redis.Commands;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Connectors.Redis.Commands;

public sealed class MatchingKeys(ITestOutputHelper output)
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "any", true)]
    [InlineData("a*", "a", true)]
    [InlineData("a*", "", false)]
    [InlineData("a*", "ba", false)]
    [InlineData("tenant:7:*", "tenant:7:x", true)]
    [InlineData("tenant:7:*", "tenant:70:x", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("h[a-e]llo", "hello", true)]
    [InlineData("h[e-a]llo", "hello", true)]
    [InlineData("h[^e]llo", "hello", false)]
    [InlineData("h[^e]llo", "hallo", true)]
    [InlineData("h[\\]]", "h]", true)]
    [InlineData("a\\*", "a*", true)]
    [InlineData("a\\*", "ab", false)]
    [InlineData("a\\", "a\\", true)]
    [InlineData("*a*b*c", "xxaxbxbxc", true)]
    [InlineData("*a*b*c", "xxaxbxbx", false)]
    [InlineData("x[abc", "xb", true)]
    public void A_pattern_means_what_it_means_to_redis(string pattern, string key, bool matches) =>
        Assert.Equal(matches, Pattern(pattern).Matches(Encoding.UTF8.GetBytes(key)));

    [Theory]
    [InlineData("t:42:*", "t:42:*")]
    [InlineData("a?[b-d]\\*", "a?b*")]
    [InlineData("[^\u0001]x", "\0x")]
    [InlineData("*", "*")]
    public void A_pattern_gives_an_example_that_only_wide_rules_allow(string pattern, string example) =>
        Assert.Equal(example, Encoding.UTF8.GetString(Pattern(pattern).Example()!));

    [Fact]
    public async Task Patterns_thrown_with_dice_match_the_keys_that_redis_finds()
    {
        var dice = Chance.Dice(output);
        await using var server = await RedisServer.Start();
        await using var client = await server.Connect();
        string[] keys = [.. Enumerable.Range(0, 400).Select(_ => Thrown("ab-]\\*", dice, 1, 6)).Distinct()];
        await client.Call(["MSET", .. keys.SelectMany(key => new[] { key, "" })]);
        for (var i = 0; i < 400; i++)
        {
            var pattern = Thrown("ab-]\\*?[^*", dice, 1, 8);
            var found = (object?[])(await client.Call("KEYS", pattern))!;
            Assert.True(
                found.Select(key => Encoding.UTF8.GetString((byte[])key!)).Order()
                    .SequenceEqual(keys.Where(key => Pattern(pattern).Matches(Encoding.UTF8.GetBytes(key))).Order()),
                $"Not the same keys match {pattern}");
        }
    }

    [Theory]
    [InlineData("a*", "ab*", true)]
    [InlineData("ab*", "a*", true)]
    [InlineData("a:*", "ab:*", false)]
    [InlineData("*", "a*", true)]
    [InlineData("a*", "ab", true)]
    [InlineData("ab", "a?", true)]
    [InlineData("ab", "b?", false)]
    [InlineData("ab", "ab", true)]
    [InlineData("ab", "abc", false)]
    [InlineData("a*x", "b*x", false)]
    [InlineData("a*x", "a*y", true)]
    [InlineData("a\\**", "ab*", false)]
    public void Two_patterns_that_share_a_key_overlap(string one, string other, bool may)
    {
        Assert.Equal(may, Pattern(one).MayOverlap(Pattern(other)));
        Assert.Equal(may, Pattern(other).MayOverlap(Pattern(one)));
        Assert.Equal(may, new KeyPatterns(Pattern("z"), Pattern(one)).MayOverlap(new KeyPatterns(Pattern(other))));
    }

    [Fact]
    public void A_key_belongs_to_patterns_of_which_one_matches()
    {
        var patterns = new KeyPatterns(Pattern("a:*"), Pattern("b?"));
        Assert.True(patterns.Matches("a:1"u8));
        Assert.True(patterns.Matches("b1"u8));
        Assert.False(patterns.Matches("b:1"u8));
        Assert.False(new KeyPatterns().Matches("a"u8));
    }

    [Fact]
    public void Only_what_ends_with_its_single_star_is_a_prefix()
    {
        Assert.True(Pattern("a\\?b*").IsPrefix);
        Assert.Equal("a?b"u8, Pattern("a\\?b*").Lead);
        Assert.False(Pattern("a").IsPrefix);
        Assert.False(Pattern("a*b").IsPrefix);
        Assert.False(Pattern("a[b]*").IsPrefix);
    }

    private static KeyPattern Pattern(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string Thrown(string letters, Random dice, int atLeast, int atMost) =>
        new(dice.GetItems(letters.AsSpan(), dice.Next(atLeast, atMost)));
}
