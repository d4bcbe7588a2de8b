using Godwit.Connectors.Redis;
using Godwit.Core.Problems;

namespace Godwit.Tests.Connectors.Redis.Protocol;

public sealed class ReadingAddresses
{
    [Theory]
    [InlineData("redis://h", "h:6379 - - all")]
    [InlineData("redis://h:7/3", "h:7 - - 3")]
    [InlineData("redis://u:p%40s@h/0", "h:6379 u p@s 0")]
    [InlineData("redis://:secret@h", "h:6379 - secret all")]
    [InlineData("rediss://[::1]:7", "::1:7 - - all")]
    public void An_address_says_where_who_and_which_database(string address, string expected)
    {
        var read = RedisAddress.Parse(address, "shown");
        Assert.Equal(
            expected,
            $"{read.Endpoint} {read.Endpoint.User ?? "-"} {read.Endpoint.Password ?? "-"} "
            + $"{read.Database?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "all"}");
        Assert.Equal(address.StartsWith("rediss", StringComparison.Ordinal), read.Endpoint.IsEncrypted);
    }

    [Fact]
    public void An_address_says_which_slots_and_whom_to_ask_for_the_primary()
    {
        var part = RedisAddress.Parse("redis://h?slots=0-5460,9000", "shown");
        Assert.Equal("0-5460,9000", part.Slots?.ToString());
        Assert.False(part.IsServer);
        Assert.Equal("my master", RedisAddress.Parse("redis://h:26379/0?sentinel=my%20master", "shown").Sentinel);
    }

    [Theory]
    [InlineData("redis://u:sesame@h?slots=")]
    [InlineData("redis://u:sesame@h?slots=1-16384")]
    [InlineData("redis://u:sesame@h?slots=7-6")]
    [InlineData("redis://u:sesame@h?sentinel=")]
    [InlineData("redis://")]
    [InlineData("http://u:sesame@h")]
    [InlineData("redis://sesame@h")]
    [InlineData("redis://u:sesame@h/x")]
    [InlineData("redis://u:sesame@h/-1")]
    [InlineData("redis://u:sesame@h?db=1")]
    [InlineData("redis://u:sesame@h?ca=/no/such/file")]
    public void What_is_no_address_is_refused_and_the_password_not_shown(string address)
    {
        var failure = Assert.Throws<GodwitException>(() => RedisAddress.Parse(address, "shown"));
        Assert.Equal("GW-RED-001", failure.Problem.Code);
        Assert.DoesNotContain("sesame", failure.ToString(), StringComparison.Ordinal);
    }
}
