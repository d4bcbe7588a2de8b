using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Tests.Conformance;

/// <summary>What every <see cref="ISnapshotSource"/> promises.</summary>
public abstract class SourcePromises<THarness> : StorePromises<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task Chunks_follow_on_each_other_without_a_gap_and_the_last_is_open()
    {
        await Fill(Place.Source, 25);
        var chunks = await Split(Main);
        Assert.True(chunks.Count > 1 || !Source.Abilities.HasRanges);
        Assert.Null(chunks[0].Range.From);
        Assert.Null(chunks[^1].Range.To);
        for (var i = 0; i < chunks.Count; i++)
        {
            Assert.Equal((Main.Number, i), (chunks[i].Stream, chunks[i].Index));
            if (i > 0)
                Assert.Equal(chunks[i - 1].Range.To, chunks[i].Range.From);
        }
    }

    [Fact]
    public async Task An_empty_stream_is_one_chunk_that_takes_whatever_comes()
    {
        var chunk = Assert.Single(await Split(Main));
        Assert.Equal(KeyRange.All, chunk.Range);
    }

    [Fact]
    public async Task All_chunks_together_hold_every_record_once_and_in_one_order()
    {
        await Fill(Place.Source, 25);
        var all = await Read(KeyRange.All);
        var parts = new List<Key>();
        foreach (var chunk in await Split(Main))
            parts.AddRange(await Read(chunk.Range));
        Assert.Equal(all, parts);
        Assert.Equal(parts.Count, parts.Distinct().Count());
        Assert.All(Enumerable.Range(1, 25), number => Assert.Contains(Harness.KeyOf(0, number), parts));
    }

    [Fact]
    public async Task The_plain_order_is_the_one_that_keys_are_compared_by()
    {
        SkipUnless(
            Source.Abilities is { PlainKeyOrder: true, HasRanges: true }, "the order of keys is the store's own");
        await Fill(Place.Source, 25);
        var keys = await Read(KeyRange.All);
        Assert.All(keys.Zip(keys.Skip(1)), pair => Assert.True(Key.Compare(pair.First, pair.Second) < 0));
    }

    [Fact]
    public async Task A_record_that_came_after_the_split_falls_into_one_of_the_chunks()
    {
        await Fill(Place.Source, 12, from: 20);
        var chunks = await Split(Main, records: 4);
        await Write(
            Place.Source, Wish.Record(1, "before"), Wish.Record(900, "behind"), Wish.Record(50, "in between"));
        var keys = new List<Key>();
        foreach (var chunk in chunks)
            keys.AddRange(await Read(chunk.Range));
        Assert.All([1, 50, 900], number => Assert.Single(keys, Harness.KeyOf(0, number)));
    }

    [Fact]
    public async Task Records_of_others_are_not_read()
    {
        NeedsNeighbours();
        await Fill(Place.Source, 5);
        await Fill(Place.Source, 5, from: 100, Owner.Neighbour);
        Assert.Equal(
            Enumerable.Range(1, 5).Select(one => Harness.KeyOf(0, one)), (await Read(KeyRange.All)).Order(Plain));
    }

    [Fact]
    public async Task Children_are_read_when_their_parents_belong_to_the_scope()
    {
        NeedsChildren();
        await Write(Place.Source, Wish.Record(1, "mine"), Wish.Record(2, "not mine", Owner.Neighbour));
        await Write(Place.Source, Wish.Child(1, "mine too"), Wish.Child(2, "neither"));
        Assert.Equal([Harness.KeyOf(1, 1)], await Read(KeyRange.All, stream: 1));
    }

    [Fact]
    public async Task Several_reads_may_be_open_at_once()
    {
        await Prepare();
        await Fill(Place.Source, 20);
        await using var one = await Source.Snapshot.Read(Main, KeyRange.All, None);
        await using var other = await Source.Snapshot.Read(Main, KeyRange.All, None);
        Assert.Equal(await Read(one), await Read(other));
    }

    [Fact]
    public async Task What_a_read_has_not_seen_is_told_after_its_visibility()
    {
        SkipUnless(Harness.HasReadersThatBlockNobody, "nobody writes while a read is open");
        await Prepare();
        await Fill(Place.Source, 20);
        var chunk = new Chunk(0, 0, KeyRange.All, 20, 0);
        ChunkDone done;
        await using (var read = await Source.Snapshot.Read(Main, KeyRange.All, None))
        {
            await Write(Place.Source, Wish.Record(3, "changed"), Wish.Gone(4), Wish.Record(21, "new"));
            done = await Target.Target.WriteChunk(Main, chunk, read, None);
            Assert.Equal(read.Visibility.ToString(), done.Visibility.ToString());
        }
        await Target.Target.StartAt(done.Visibility.SeenThrough, None);
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task What_a_read_has_seen_is_included_in_its_visibility()
    {
        SkipUnless(Source.Abilities.Changes == ChangeCapture.AfterImages, "changes carry no transactions");
        await Prepare();
        await Fill(Place.Source, 3);
        var told = await Transactions();
        await using var read = await Source.Snapshot.Read(Main, KeyRange.All, None);
        Assert.All(told, transaction => Assert.True(read.Visibility.Includes(transaction)));
        await Write(Place.Source, Wish.Record(1, "later"));
        Assert.Contains(await Transactions(), transaction => !read.Visibility.Includes(transaction));
    }

    [Fact]
    public async Task The_present_records_of_keys_are_told_as_changes()
    {
        SkipUnless(Harness.HasRecordsOnTheWay, "they come with the operations that follow");
        await Prepare();
        await Fill(Place.Source, 3);
        await Fill(Place.Source, 1, from: 5, Harness.HasNeighbours ? Owner.Neighbour : Owner.Mine);
        using var keys = Keys(1, 4, 5);
        await using var batch = await Source.Snapshot.ReadKeys(Main, keys, None);
        var told = new Told();
        await told.Add(batch);
        Assert.False(told.IsGone(0, Harness.KeyOf(0, 1)));
        Assert.True(told.IsGone(0, Harness.KeyOf(0, 4)));
        Assert.Equal(Harness.HasNeighbours, told.IsGone(0, Harness.KeyOf(0, 5)));
        Assert.False(told.IsTouched(0, Harness.KeyOf(0, 2)));
        Assert.Equal(3, keys.Count);
    }

    [Fact]
    public async Task The_position_of_present_records_is_not_behind_what_they_hold()
    {
        await Prepare();
        await Fill(Place.Source, 3);
        var before = await Source.Changes.Mark(None);
        using var keys = Keys(1);
        await using var batch = await Source.Snapshot.ReadKeys(Main, keys, None);
        Assert.True(batch.Reached >= before);
    }

    private static Comparer<Key> Plain => Comparer<Key>.Create(Key.Compare);

    private async Task<List<ulong>> Transactions()
    {
        var mark = await Source.Changes.Mark(None);
        var (from, transactions) = (new Godwit.Core.Positions.Position(mark.Timeline, 0), new List<ulong>());
        while (from < mark)
        {
            await using var batch = await Source.Changes.Next(from, Deadline, None);
            transactions.AddRange(batch!.Touched.SelectMany(one => one.Transactions!));
            from = batch.Reached;
        }
        return transactions;
    }

    private async Task<List<Key>> Read(KeyRange range, int stream = 0)
    {
        await using var read = await Source.Snapshot.Read(Streams[stream], range, None);
        return await Read(read, stream);
    }

    private async Task<List<Key>> Read(IChunkRead read, int stream = 0)
    {
        var keys = new List<Key>();
        await foreach (var batch in read.Batches(None))
        {
            using (batch)
            {
                for (var i = 0; i < batch.Count; i++)
                    keys.Add(Key.Of(batch, i, Streams[stream].Schema.KeyColumns.ToArray()));
            }
        }
        return keys;
    }
}
