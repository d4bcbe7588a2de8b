using System.Text;
using Godwit.Connectors.Redis.Commands;

namespace Godwit.Tests.Connectors.Redis.Commands;

public sealed class SlottingKeys
{
    [Fact]
    public void The_checksum_is_that_of_the_cluster_specification() =>
        Assert.Equal(0x31C3, KeySlot.Crc16("123456789"u8));

    [Theory]
    [InlineData("", "")]
    [InlineData("foo{}{bar}", "foo{}{bar}")]
    [InlineData("foo{{bar}}zap", "{bar")]
    [InlineData("foo{bar}{zap}", "bar")]
    [InlineData("{user1000}.following", "user1000")]
    [InlineData("a}b{c", "a}b{c")]
    public void Only_what_the_first_braces_hold_counts_if_it_is_not_empty(string key, string counted) =>
        Assert.Equal(
            KeySlot.Crc16(Encoding.UTF8.GetBytes(counted)) % KeySlot.Count, KeySlot.Of(Encoding.UTF8.GetBytes(key)));

    [Theory]
    [InlineData("foo", 12182)]
    [InlineData("bar", 5061)]
    public void A_key_has_the_slot_that_redis_gives_it(string key, int slot) =>
        Assert.Equal(slot, KeySlot.Of(Encoding.UTF8.GetBytes(key)));
}
