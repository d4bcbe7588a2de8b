using Godwit.Core.Digests;
using Godwit.Core.Records;

namespace Godwit.Tests.CoreWords;

public sealed class HashingRecords
{
    [Fact]
    public void Records_that_only_look_alike_have_different_digests()
    {
        Action<RecordHasher>[] records =
        [
            _ => { },
            one => one.AddNull(),
            one => { one.AddNull(); one.AddNull(); },
            one => one.AddInteger(1),
            one => one.AddReal(1),
            one => one.AddText("1"u8),
            one => one.AddBytes("1"u8),
            one => one.AddInteger(0),
            one => one.AddReal(0),
            one => one.AddReal(-0.0),
            one => one.AddReal(double.NaN),
            one => one.AddText(""u8),
            one => one.AddBytes(""u8),
            one => one.AddText("\0"u8),
            one => { one.AddText("a"u8); one.AddNull(); },
            one => { one.AddNull(); one.AddText("a"u8); },
            one => { one.AddText("ab"u8); one.AddText("c"u8); },
            one => { one.AddText("a"u8); one.AddText("bc"u8); },
            one => { one.AddText("abc"u8); one.AddText(""u8); },
            one => { one.AddText(""u8); one.AddText("abc"u8); },
            one => { one.AddInteger(1); one.AddInteger(2); },
            one => { one.AddInteger(2); one.AddInteger(1); },
            one => one.AddText(new byte[RecordHasher.Inline]),
            one => one.AddText(new byte[RecordHasher.Inline + 1]),
            one => one.AddText(new byte[RecordHasher.Inline + 2]),
            one => one.AddBytes(new byte[RecordHasher.Inline + 1]),
        ];
        Assert.Equal(records.Length, records.Select(Digest).Distinct().Count());
    }

    [Fact]
    public void A_long_value_is_not_mistaken_for_its_own_hash()
    {
        var bytes = new byte[RecordHasher.Inline + 1];
        var hash = BitConverter.GetBytes(XxHash64.Hash(bytes));
        Assert.NotEqual(Digest(one => one.AddText(bytes)), Digest(one => one.AddText(hash)));
    }

    [Fact]
    public void Every_byte_of_a_long_value_matters()
    {
        var digests = new HashSet<ulong>();
        for (var i = 0; i < 2_000; i += 37)
        {
            var bytes = new byte[2_000];
            bytes[i] = 1;
            Assert.True(digests.Add(Digest(one => one.AddBytes(bytes))));
        }
    }

    /// <summary>Receipts hold these numbers: a change here breaks every receipt that was ever written.</summary>
    [Fact]
    public void The_canonical_form_is_frozen()
    {
        Assert.Equal(XxHash64.Hash([]), Digest(_ => { }));
        Assert.Equal(XxHash64.Hash([0]), Digest(one => one.AddNull()));
        Assert.Equal(XxHash64.Hash([1, 2, 1, 0, 0, 0, 0, 0, 0]), Digest(one => one.AddInteger(258)));
        Assert.Equal(XxHash64.Hash([2, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]), Digest(one => one.AddReal(1)));
        Assert.Equal(XxHash64.Hash([3, 2, 0, 0, 0, 104, 105]), Digest(one => one.AddText("hi"u8)));
        Assert.Equal(XxHash64.Hash([4, 1, 0, 0, 0, 255]), Digest(one => one.AddBytes([255])));
        var value = new byte[513];
        Assert.Equal(
            XxHash64.Hash([4, 1, 2, 0, 0, .. BitConverter.GetBytes(XxHash64.Hash(value))]),
            Digest(one => one.AddBytes(value)));
    }

    [Fact]
    public void A_hasher_starts_the_next_record_from_nothing()
    {
        var hasher = new RecordHasher();
        hasher.AddText(new byte[100_000]);
        hasher.AddInteger(1);
        hasher.End();
        hasher.AddInteger(1);
        Assert.Equal(Digest(one => one.AddInteger(1)), hasher.End());
    }

    [Fact]
    public void A_record_of_many_short_values_outgrows_the_first_buffer()
    {
        var text = new byte[RecordHasher.Inline];
        Assert.NotEqual(
            Digest(one => { for (var i = 0; i < 100; i++) one.AddText(text); }),
            Digest(one => { for (var i = 0; i < 101; i++) one.AddText(text); }));
    }

    [Fact]
    public void A_value_of_a_batch_is_hashed_like_the_value_itself()
    {
        using var batch = new RecordBatch(5);
        batch.AppendNull();
        batch.AppendInteger(-5);
        batch.AppendReal(0.5);
        batch.AppendText("text"u8);
        batch.AppendBytes([1, 2]);
        batch.EndRecord();
        var ofBatch = Digest(one => { for (var i = 0; i < 5; i++) one.Add(batch, 0, i); });
        var ofValues = Digest(one =>
        {
            one.AddNull();
            one.AddInteger(-5);
            one.AddReal(0.5);
            one.AddText("text"u8);
            one.AddBytes([1, 2]);
        });
        Assert.Equal(ofValues, ofBatch);
    }

    [Fact]
    public void The_digest_of_a_range_sees_what_sum_or_xor_alone_would_not()
    {
        var empty = default(RangeDigest);
        Assert.NotEqual(empty, empty.Add(7).Add(7));                  // xor cancels
        Assert.NotEqual(empty.Add(1).Add(4), empty.Add(2).Add(3));    // the sum balances
        Assert.NotEqual(empty, empty.Add(0));                         // only the count sees it
        Assert.Equal(empty.Add(1).Add(2), empty.Add(2).Add(1));
        Assert.Equal(empty.Add(1).Add(2).Add(ulong.MaxValue), empty.Add(1) + empty.Add(2).Add(ulong.MaxValue));
    }

    private static ulong Digest(Action<RecordHasher> record)
    {
        var hasher = new RecordHasher();
        record(hasher);
        return hasher.End();
    }
}
