using Godwit.Core.Records;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.CoreWords;

public sealed class KeepingKeys
{
    private static readonly Cell[] Values =
    [
        Cell.Null, long.MinValue, -1, 0, 1, long.MaxValue, double.NegativeInfinity, -0.5, 0.5, 1e300, "", "a", "ab",
        "b", "ä", Cell.Text([0xff, 0xfe]), Array.Empty<byte>(), new byte[] { 0 }, new byte[] { 0, 1 }, new byte[1000],
    ];

    [Fact]
    public void A_key_comes_back_from_its_bytes()
    {
        foreach (var one in Values)
        {
            foreach (var other in Values)
            {
                var key = Of(one, other);
                Assert.Equal(key, Key.FromBytes(key.Bytes));
                using var batch = key.ToBatch();
                Assert.Equal([one, other], [Cell.At(batch, 0, 0), Cell.At(batch, 0, 1)]);
                Assert.Equal(key, Key.Of(batch, 0));
            }
        }
    }

    [Fact]
    public void Keys_are_equal_when_their_values_are()
    {
        var keys = Values.Select(one => Of(one)).Concat(Values.Select(one => Of(one, Cell.Null))).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.All(Values, one => Assert.Equal(Of(one).GetHashCode(), Of(one).GetHashCode()));
        Assert.NotEqual(Of("a", "bc"), Of("ab", "c"));
    }

    [Fact]
    public void The_columns_of_a_key_are_picked_in_the_order_asked_for()
    {
        using var batch = new RecordBatch(3);
        Row.Of(1, "two", 3).AppendTo(batch);
        Assert.Equal(Of(3, 1), Key.Of(batch, 0, [2, 0]));
    }

    [Fact]
    public void Bytes_that_were_cut_short_are_no_key()
    {
        var bytes = Of(7, "some text", new byte[] { 1, 2, 3 }).Bytes.ToArray();
        int[] ends = [0, 9, 23];
        for (var length = 0; length < bytes.Length; length++)
        {
            var part = bytes[..length];
            if (ends.Contains(length))
                Assert.Equal(part, Key.FromBytes(part).Bytes.ToArray());
            else
                Assert.Throws<FormatException>(() => Key.FromBytes(part));
        }
    }

    [Theory]
    [InlineData(new byte[] { 9 })]
    [InlineData(new byte[] { 255, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 3, 255, 255, 255, 255 })]
    [InlineData(new byte[] { 4, 127, 255, 255, 255, 1 })]
    public void Bytes_that_nobody_wrote_are_no_key(byte[] bytes) =>
        Assert.Throws<FormatException>(() => Key.FromBytes(bytes));

    /// <summary>Chunk bounds are journalled as these bytes.</summary>
    [Fact]
    public void The_bytes_of_a_key_are_frozen() => Assert.Equal(
        "00" + "01ffffffffffffffff" + "023fe0000000000000" + "0300000002" + "6869" + "0400000001" + "ff",
        Convert.ToHexStringLower(Of(Cell.Null, -1, 0.5, "hi", new byte[] { 255 }).Bytes));

    [Fact]
    public void The_order_is_null_then_numbers_then_text_then_bytes()
    {
        Key[] sorted =
        [
            Of(Cell.Null), Of(double.NegativeInfinity), Of(long.MinValue), Of(-2), Of(-1.5), Of(-1), Of(0), Of(0.5),
            Of(1), Of(1.5), Of(long.MaxValue), Of(1e300), Of(""), Of("B"), Of("a"), Of("a", Cell.Null), Of("a", 1),
            Of("aa"),
            Of("ä"), Of(Array.Empty<byte>()), Of(new byte[] { 0 }), Of(new byte[] { 0, 0 }), Of(new byte[] { 1 }),
        ];
        foreach (var (left, one) in sorted.Index())
        {
            foreach (var (right, other) in sorted.Index())
            {
                Assert.Equal(Math.Sign(left.CompareTo(right)), Math.Sign(Key.Compare(one, other)));
                Assert.Equal(Math.Sign(Key.Compare(one, other)), Math.Sign(KeyOrder.Plain.Compare(one, other)));
            }
        }
    }

    [Fact]
    public void People_see_the_values_made_safe_and_short()
    {
        Assert.Equal(
            @"null, -1, 0.5, 'it\x1b[2J', x'00ff'",
            Of(Cell.Null, -1, 0.5, "it\u001b[2J", new byte[] { 0, 255 }).ToString());
        Assert.Equal(80, Of(new string('x', 500)).ToString().Length);
        Assert.EndsWith("...", Of(new string('x', 500)).ToString());
        Assert.Equal("[first .. 7)", new KeyRange(null, Of(7)).ToString());
        Assert.Equal("[first .. last)", KeyRange.All.ToString());
    }

    private static Key Of(params Cell[] values)
    {
        using var batch = new RecordBatch(values.Length);
        Row.Of(values).AppendTo(batch);
        return Key.Of(batch, 0);
    }
}
