using Godwit.Core.Digests;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Tests.Conformance;

/// <summary>What every <see cref="IDigest"/> promises.</summary>
public abstract class DigestPromises<THarness> : StorePromises<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task Equal_records_have_equal_digests()
    {
        await Moved(25);
        Assert.Equal(await Digest(Source), await Digest(Target));
        Assert.True((await Digest(Source)).Count >= 25);
    }

    [Fact]
    public async Task Awkward_records_have_equal_digests_too()
    {
        await Write(
            Place.Source, [.. Harness.AwkwardContents.Index().Select(one => Wish.Record(one.Index + 1, one.Item))]);
        await Copy();
        Assert.Equal(await Digest(Source), await Digest(Target));
        Assert.Equal(await List(Source), await List(Target));
    }

    [Fact]
    public async Task Every_single_damage_is_seen()
    {
        await Moved(5);
        foreach (var (at, what) in Harness.Damages.Index())
        {
            var before = await Digest(Target);
            await Harness.Damage(Place.Target, (at % 5) + 1, what);
            Assert.True(before != await Digest(Target), $"Nobody sees a damaged {what}.");
            Assert.NotEqual(await Digest(Source), await Digest(Target));
        }
    }

    [Fact]
    public async Task A_missing_record_is_seen()
    {
        await Moved(5);
        await Write(Place.Target, Wish.Gone(3));
        Assert.NotEqual(await Digest(Source), await Digest(Target));
    }

    [Fact]
    public async Task An_extra_record_is_seen()
    {
        await Moved(5);
        await Write(Place.Target, Wish.Record(6, "extra"));
        Assert.NotEqual(await Digest(Source), await Digest(Target));
    }

    [Fact]
    public async Task Contents_that_changed_places_are_seen()
    {
        await Moved(5);
        await Write(Place.Target, Wish.Record(1, "text 2"), Wish.Record(2, "text 1"));
        Assert.NotEqual(await Digest(Source), await Digest(Target));
    }

    [Fact]
    public async Task A_damaged_child_is_seen()
    {
        NeedsChildren();
        await Fill(Place.Source, 3);
        await Write(Place.Source, Wish.Child(1, "one"), Wish.Child(2, "two"));
        await Copy();
        Assert.Equal(await Digest(Source, stream: 1), await Digest(Target, stream: 1));
        await Write(Place.Target, Wish.Child(1, "One"));
        Assert.NotEqual(await Digest(Source, stream: 1), await Digest(Target, stream: 1));
    }

    [Fact]
    public async Task The_digests_of_all_chunks_make_the_digest_of_the_whole()
    {
        await Moved(25);
        var sum = default(RangeDigest);
        foreach (var chunk in await Split(Main))
        {
            var (here, there) = (
                await Source.Digest.Digest(Main, chunk.Range, None),
                await Target.Digest.Digest(Main, chunk.Range, None));
            Assert.Equal(here, there);
            sum += here;
        }
        Assert.Equal(await Digest(Source), sum);
    }

    [Fact]
    public async Task The_list_agrees_with_the_digest()
    {
        await Moved(25);
        foreach (var chunk in (await Split(Main)).Append(new Chunk(0, 0, KeyRange.All, 0, 0)))
        {
            using var list = await Source.Digest.List(Main, chunk.Range, None);
            Assert.Equal(list.Keys.Count, list.Digests.Count);
            var sum = list.Digests.Aggregate(default(RangeDigest), (digest, one) => digest.Add(one));
            Assert.Equal(await Source.Digest.Digest(Main, chunk.Range, None), sum);
        }
    }

    [Fact]
    public async Task The_list_of_some_keys_agrees_with_the_list_of_all()
    {
        await Moved(10);
        var all = await List(Source);
        using var keys = Keys(2, 7, 9);
        var some = await List(await Source.Digest.ListKeys(Main, keys, None));
        Assert.Equal(3, some.Count);
        Assert.All(some, one => Assert.Equal(all[one.Key], one.Value));
        Assert.Equal(3, keys.Count);
    }

    [Fact]
    public async Task A_key_without_a_record_is_left_out()
    {
        await Moved(3);
        using var keys = Keys(2, 77);
        Assert.Equal([Harness.KeyOf(0, 2)], (await List(await Source.Digest.ListKeys(Main, keys, None))).Keys);
        using var shown = await Source.Digest.Show(Main, keys, None);
        Assert.Equal(1, shown.Count);
    }

    [Fact]
    public async Task What_others_own_does_not_count()
    {
        NeedsNeighbours();
        await Moved(5);
        var before = await Digest(Target);
        await Write(Place.Target, Wish.Record(100, "theirs", Owner.Neighbour));
        Assert.Equal(before, await Digest(Target));
        using var keys = Keys(100);
        Assert.Empty(await List(await Target.Digest.ListKeys(Main, keys, None)));
        using var shown = await Target.Digest.Show(Main, keys, None);
        Assert.Equal(0, shown.Count);
    }

    [Fact]
    public async Task What_is_shown_is_all_columns_of_the_record()
    {
        await Moved(3);
        using var keys = Keys(2);
        using var here = await Source.Digest.Show(Main, keys, None);
        using var there = await Target.Digest.Show(Main, keys, None);
        Assert.Equal((1, Main.Schema.Columns.Count), (here.Count, here.ColumnCount));
        for (var i = 0; i < here.ColumnCount; i++)
            Assert.Equal(Key.Show(here, 0, i), Key.Show(there, 0, i));
        Assert.Equal(Harness.KeyOf(0, 2), Key.Of(here, 0, Main.Schema.KeyColumns.ToArray()));
    }

    [Fact]
    public async Task The_digest_of_a_record_is_the_canonical_one_of_its_values()
    {
        SkipUnless(Harness.HoldsValuesInColumns, "content travels beside the columns");
        SkipUnless(Harness.HasCanonicalDigests, "two servers of this kind hash in a way of their own");
        await Write(
            Place.Source, [.. Harness.AwkwardContents.Index().Select(one => Wish.Record(one.Index + 1, one.Item))]);
        var (canonical, hasher) = (new Dictionary<Key, ulong>(), new RecordHasher());
        await using (var read = await Source.Snapshot.Read(Main, KeyRange.All, None))
        {
            await foreach (var batch in read.Batches(None))
            {
                using (batch)
                {
                    for (var i = 0; i < batch.Count; i++)
                    {
                        for (var column = 0; column < batch.ColumnCount; column++)
                            hasher.Add(batch, i, column);
                        canonical.Add(Key.Of(batch, i, Main.Schema.KeyColumns.ToArray()), hasher.End());
                    }
                }
            }
        }
        Assert.Equal(canonical, await List(Source));
    }

    [Fact]
    public async Task An_empty_range_has_the_empty_digest()
    {
        await Moved(0);
        Assert.Equal(await Digest(Source), await Digest(Target));
        using var keys = Keys(1);
        Assert.Empty(await List(await Target.Digest.ListKeys(Main, keys, None)));
    }

    private async Task Moved(int records)
    {
        await Fill(Place.Source, records);
        await Copy();
    }

    private Task<RangeDigest> Digest(IStore store, int stream = 0) =>
        store.Digest.Digest(Streams[stream], KeyRange.All, None);

    private async Task<Dictionary<Key, ulong>> List(IStore store) =>
        await List(await store.Digest.List(Main, KeyRange.All, None));

    private static Task<Dictionary<Key, ulong>> List(KeyDigests list)
    {
        using (list)
        {
            return Task.FromResult(Enumerable.Range(0, list.Keys.Count)
                .ToDictionary(at => Key.Of(list.Keys, at), at => list.Digests[at]));
        }
    }
}
