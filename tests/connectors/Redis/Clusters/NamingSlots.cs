using System.Text;
using Godwit.Connectors.Redis.Clusters;
using Godwit.Connectors.Redis.Commands;

namespace Godwit.Tests.Connectors.Redis.Clusters;

public sealed class NamingSlots
{
    [Theory]
    [InlineData("0", "0", 1)]
    [InlineData("0-16383", "0-16383", 16384)]
    [InlineData("9000,0-5460", "0-5460,9000", 5462)]
    [InlineData("1,2,3", "1-3", 3)]
    [InlineData("5-9,7-12", "5-12", 8)]
    [InlineData("63-64,127,128", "63-64,127-128", 4)]
    [InlineData("16383", "16383", 1)]
    public void Ranges_are_written_in_order_and_without_gaps(string text, string written, int count)
    {
        Assert.True(SlotSet.TryParse(text, out var slots));
        Assert.Equal(written, slots.ToString());
        Assert.Equal(count, slots.Count);
        Assert.True(SlotSet.TryParse(written, out var again));
        Assert.Equal(slots, again);
        Assert.Equal(slots.GetHashCode(), again.GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("9-5")]
    [InlineData("16384")]
    [InlineData("0-16384")]
    [InlineData("1,,2")]
    [InlineData("1,")]
    [InlineData("1-2-3")]
    [InlineData(" 1")]
    [InlineData("+1")]
    [InlineData("0x1")]
    [InlineData("99999999999")]
    public void Whatever_is_no_range_of_slots_is_refused(string text)
    {
        Assert.False(SlotSet.TryParse(text, out var slots));
        Assert.True(slots.IsEmpty);
    }

    [Fact]
    public void What_two_sets_share_is_in_both_of_them()
    {
        var (low, high) = (SlotSet.Of([(0, 5460), (9000, 9000)]), SlotSet.Of([(5000, 9000)]));
        Assert.Equal("5000-5460,9000", low.Both(high).ToString());
        Assert.Equal(low.Both(high), high.Both(low));
        Assert.True(low.Contains(low.Both(high)));
        Assert.False(low.Contains(high));
        Assert.True(SlotSet.All.Contains(high));
        Assert.True(low.Contains(5460));
        Assert.False(low.Contains(5461));
        Assert.Equal(5000, low.Both(high).First);
        Assert.True(low.Both(SlotSet.Of([(6000, 7000)])).IsEmpty);
        Assert.NotEqual(low, high);
    }

    [Fact]
    public void Every_slot_has_a_tag_that_brings_any_name_there()
    {
        for (var slot = 0; slot < KeySlot.Count; slot++)
        {
            var tag = SlotTag.Of(slot);
            Assert.Equal(('{', '}'), (tag[0], tag[^1]));
            Assert.Equal(slot, KeySlot.Of(Encoding.UTF8.GetBytes($"__gw:checkpoint:shop{tag}")));
            Assert.Equal(tag, SlotTag.Of(slot));
        }
    }
}
