using System.Text;
using Godwit.Connectors.PostgreSql.Copying;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Records;

namespace Godwit.Tests.Connectors.PostgreSql;

public sealed class TakingTuplesApart
{
    private static readonly Wire[] Wires =
        [Wire.Int8, Wire.Int4, Wire.Int2, Wire.Bool, Wire.Float8, Wire.Float4, Wire.Utf8, Wire.Bytea];

    /// <summary>Two tuples: (-2, 3, -1, true, 0.5, 1.5, 'ä', \xffff), then nulls but for an empty text and empty
    /// bytes.</summary>
    private static byte[] Copy { get; } = Convert.FromHexString(
        "5047434f50590aff0d0a00" + "00000000" + "00000000"
        + "0008" + "00000008fffffffffffffffe" + "0000000400000003" + "00000002ffff" + "0000000101"
        + "000000083fe0000000000000" + "000000043fc00000" + "00000002c3a4" + "00000002ffff"
        + "0008" + "ffffffff" + "ffffffff" + "ffffffff" + "ffffffff" + "ffffffff" + "ffffffff" + "00000000" + "00000000"
        + "ffff");

    [Fact]
    public void Values_are_what_was_sent()
    {
        var header = TupleReader.Header(Copy);
        Assert.Equal(19, header);
        using var batch = new RecordBatch(Wires.Length);
        var used = TupleReader.Append(Copy.AsSpan(header), batch, Wires, 1 << 20, out var ended);
        Assert.Equal(Copy.Length - header, used);
        Assert.True(ended);
        Assert.Equal(2, batch.Count);
        Assert.Equal((-2, 3, -1, 1), (batch.IntegerAt(0, 0), batch.IntegerAt(0, 1), batch.IntegerAt(0, 2),
            batch.IntegerAt(0, 3)));
        Assert.Equal((0.5, 1.5), (batch.RealAt(0, 4), batch.RealAt(0, 5)));
        Assert.Equal("ä", Encoding.UTF8.GetString(batch.BytesAt(0, 6)));
        Assert.Equal([0xff, 0xff], batch.BytesAt(0, 7).ToArray());
        Assert.All(Enumerable.Range(0, 6), column => Assert.Equal(ValueKind.Null, batch.KindAt(1, column)));
        Assert.Equal((ValueKind.Text, ValueKind.Bytes), (batch.KindAt(1, 6), batch.KindAt(1, 7)));
    }

    [Fact]
    public void Wherever_it_is_cut_a_reader_takes_whole_tuples_only()
    {
        var ends = new[] { 19, 19 + 65, Copy.Length - 2, Copy.Length };
        for (var cut = 19; cut <= Copy.Length; cut++)
        {
            using var batch = new RecordBatch(Wires.Length);
            var used = 19 + TupleReader.Append(Copy.AsSpan(19, cut - 19), batch, Wires, 1 << 20, out var ended);
            Assert.Equal(ends.Last(end => end <= cut), used);
            Assert.Equal(ends.Count(end => end <= cut && end > 19 && end < Copy.Length), batch.Count);
            Assert.Equal(cut == Copy.Length, ended);
        }
        Assert.All(Enumerable.Range(0, 19), cut => Assert.Equal(0, TupleReader.Header(Copy.AsSpan(0, cut))));
    }

    [Fact]
    public void Wherever_it_is_cut_a_counter_counts_the_same()
    {
        for (var first = 0; first <= Copy.Length; first++)
        {
            for (var second = first; second <= Copy.Length; second++)
            {
                var counter = new TupleCounter();
                counter.Add(Copy.AsSpan(0, first));
                counter.Add(Copy.AsSpan(first, second - first));
                Assert.Equal(second == Copy.Length, counter.IsAtEnd);
                counter.Add(Copy.AsSpan(second));
                Assert.Equal((2, true), (counter.Count, counter.IsAtEnd));
            }
        }
    }

    [Fact]
    public void Something_else_than_a_copy_is_refused() => Assert.Throws<InvalidDataException>(
        () => TupleReader.Header(Encoding.ASCII.GetBytes("ERROR: this is not a copy at all")));
}
