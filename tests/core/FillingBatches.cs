using System.Text;
using Godwit.Core.Records;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.CoreWords;

public sealed class FillingBatches
{
    [Fact]
    public void Values_of_every_kind_come_back()
    {
        var row = Row.Of(
            Cell.Null, long.MinValue, double.NaN, "text", Cell.Text([0xff]), new byte[] { 1, 2 }, "",
            Array.Empty<byte>());
        using var batch = new RecordBatch(row.Count);
        row.AppendTo(batch);
        Assert.Equal(row, Row.At(batch, 0));
    }

    [Fact]
    public void A_batch_grows_as_far_as_it_must_and_keeps_what_it_held()
    {
        using var batch = new RecordBatch(2);
        for (var i = 0; i < 20_000; i++)
            Row.Of(i, new string((char)('a' + (i % 26)), i % 300)).AppendTo(batch);
        Assert.Equal(20_000, batch.Count);
        for (var i = 0; i < 20_000; i++)
        {
            Assert.Equal(i, batch.IntegerAt(i, 0));
            Assert.Equal(i % 300, batch.BytesAt(i, 1).Length);
            Assert.True(batch.BytesAt(i, 1).IndexOfAnyExcept((byte)('a' + (i % 26))) < 0);
        }
    }

    [Fact]
    public void A_value_larger_than_everything_before_fits()
    {
        using var batch = new RecordBatch(1);
        Row.Of("small").AppendTo(batch);
        var large = new byte[3_000_000];
        large[^1] = 7;
        Row.Of(large).AppendTo(batch);
        Assert.Equal("small", Encoding.UTF8.GetString(batch.BytesAt(0, 0)));
        Assert.Equal(large, batch.BytesAt(1, 0).ToArray());
        Assert.True(batch.Size >= 3_000_000);
    }

    [Fact]
    public void The_size_grows_with_what_is_in_it()
    {
        using var batch = new RecordBatch(2);
        Assert.Equal(0, batch.Size);
        Row.Of(1, "four").AppendTo(batch);
        Assert.Equal(4 + 18, batch.Size);
    }

    [Fact]
    public void A_cleared_batch_is_empty_and_can_be_filled_again()
    {
        using var batch = new RecordBatch(1);
        Row.Of("before").AppendTo(batch);
        batch.Clear();
        Assert.Equal((0, 0), (batch.Count, batch.Size));
        Row.Of("after").AppendTo(batch);
        Assert.Equal(Row.Of("after"), Row.At(batch, 0));
    }

    [Fact]
    public void Values_of_another_batch_are_copied()
    {
        var row = Row.Of(Cell.Null, 1, 0.5, "text", new byte[] { 9 });
        using var from = new RecordBatch(5);
        row.AppendTo(from);
        using var to = new RecordBatch(5);
        for (var i = 0; i < 5; i++)
            to.AppendFrom(from, 0, i);
        to.EndRecord();
        from.Clear();
        Row.Of(1, 2, 3, "other", "other").AppendTo(from);
        Assert.Equal(row, Row.At(to, 0));
    }

    [Fact]
    public void A_record_that_is_not_complete_is_not_ended()
    {
        using var batch = new RecordBatch(2);
        batch.AppendNull();
        Assert.Throws<InvalidOperationException>(batch.EndRecord);
        batch.AppendNull();
        Assert.Equal(0, batch.Count);
        batch.EndRecord();
        Assert.Equal(1, batch.Count);
    }

    [Fact]
    public void A_value_is_not_read_as_another_kind()
    {
        using var batch = new RecordBatch(2);
        Row.Of(1, "1").AppendTo(batch);
        Assert.Throws<InvalidOperationException>(() => batch.RealAt(0, 0));
        Assert.Throws<InvalidOperationException>(() => batch.BytesAt(0, 0).Length);
        Assert.Throws<InvalidOperationException>(() => batch.IntegerAt(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.KindAt(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.KindAt(-1, 0));
    }

    [Fact]
    public void A_disposed_batch_holds_nothing_and_takes_nothing()
    {
        var batch = new RecordBatch(1);
        Row.Of(1).AppendTo(batch);
        batch.Dispose();
        batch.Dispose();
        Assert.Equal(0, batch.Count);
        Assert.Throws<ObjectDisposedException>(batch.AppendNull);
    }
}
