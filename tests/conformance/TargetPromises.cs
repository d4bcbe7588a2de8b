using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Tests.Conformance;

/// <summary>What every <see cref="ITarget"/> promises about the copy; what it promises about changes is in
/// <see cref="ApplyPromises{THarness}"/>.</summary>
public abstract class TargetPromises<THarness> : StorePromises<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_target_that_nobody_has_written_to_has_reached_nothing()
    {
        Assert.Null(await Target.Target.Reached(None));
        Assert.Empty(await Target.Target.Done(None));
        await Prepare();
        Assert.Null(await Target.Target.Reached(None));
        Assert.Empty(await Target.Target.Done(None));
    }

    [Fact]
    public async Task Everything_is_copied_as_it_is()
    {
        await Fill(Place.Source, 25);
        if (Harness.HasChildren)
            await Write(Place.Source, Wish.Child(3, "child of 3"), Wish.Child(20, "child of 20"));
        await Copy();
        await AssertMoved();
        Assert.Equal(
            Harness.HasChildren ? 27 : 25, (await Harness.Contents(Place.Target, Owner.Mine)).Count);
    }

    [Fact]
    public async Task Awkward_contents_are_copied_as_they_are()
    {
        await Write(
            Place.Source, [.. Harness.AwkwardContents.Index().Select(one => Wish.Record(one.Index + 1, one.Item))]);
        await Copy();
        await AssertMoved();
    }

    [Fact]
    public async Task Preparing_and_finishing_are_repeatable()
    {
        await Fill(Place.Source, 10);
        await Prepare();
        await Copy();
        await FinishCopy();
        await Prepare();
        await FinishCopy();
        await AssertMoved();
    }

    [Fact]
    public async Task A_chunk_is_done_with_the_visibility_of_its_read()
    {
        await Fill(Place.Source, 5);
        await Prepare();
        var chunk = Assert.Single(await Split(Main, records: 100_000));
        await using var read = await Source.Snapshot.Read(Main, chunk.Range, None);
        var done = await Target.Target.WriteChunk(Main, chunk, read, None);
        Assert.Equal((0, 0), (done.Stream, done.Index));
        Assert.Equal(read.Visibility.ToString(), done.Visibility.ToString());
        Assert.True(done.Records >= 5);
        var remembered = Assert.Single(await Target.Target.Done(None));
        Assert.Equal(done.Visibility.ToString(), remembered.Visibility.ToString());
        Assert.Equal((done.Records, done.Bytes), (remembered.Records, remembered.Bytes));
    }

    [Fact]
    public async Task What_is_done_survives_the_process()
    {
        await Fill(Place.Source, 25);
        await Copy();
        var (done, reached) = (await Done(), await Reached());
        await Reopen(Place.Target);
        Assert.Equal(done, await Done());
        Assert.Equal(reached, await Reached());
    }

    [Fact]
    public async Task A_chunk_that_is_written_again_replaces_its_records()
    {
        await Fill(Place.Source, 10);
        await Prepare();
        var chunks = await Split(Main, records: 5);
        foreach (var chunk in chunks)
            await CopyChunk(chunk);
        await Write(Place.Source, Wish.Record(2, "changed"), Wish.Gone(3), Wish.Gone(9));
        foreach (var chunk in chunks)
            await CopyChunk(chunk);
        if (!Harness.HasReadsOfTheirOwnMoment)
        {
            await FinishCopy();
            await Follow();
        }
        await AssertMoved();
        Assert.Equal(chunks.Count, (await Target.Target.Done(None)).Count);
    }

    [Fact]
    public async Task A_chunk_whose_read_breaks_leaves_nothing_and_may_be_written_again()
    {
        SkipUnless(Harness.HasRecordsOnTheWay, "a snapshot is read by the target itself");
        await Fill(Place.Source, 10);
        await Prepare();
        var chunk = new Chunk(0, 0, KeyRange.All, 10, 0);
        await using (var read = await Source.Snapshot.Read(Main, KeyRange.All, None))
        {
            var broken = Broken.Read(read, () => throw Broken.Connection());
            await Assert.ThrowsAsync<GodwitException>(() => Target.Target.WriteChunk(Main, chunk, broken, None));
        }
        await AssertNothingDone();
        await CopyChunk(chunk);
        await AssertMoved();
    }

    [Fact]
    public async Task A_chunk_that_is_cancelled_in_the_middle_leaves_nothing_and_may_be_written_again()
    {
        SkipUnless(Harness.HasRecordsOnTheWay, "a snapshot is read by the target itself");
        await Fill(Place.Source, 10);
        await Prepare();
        var chunk = new Chunk(0, 0, KeyRange.All, 10, 0);
        using var cancelled = new CancellationTokenSource();
        await using (var read = await Source.Snapshot.Read(Main, KeyRange.All, None))
        {
            var slow = Broken.Read(read, cancelled.Cancel);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                Target.Target.WriteChunk(Main, chunk, slow, cancelled.Token));
        }
        await AssertNothingDone();
        await CopyChunk(chunk);
        await AssertMoved();
    }

    [Fact]
    public async Task Children_may_come_before_their_parents()
    {
        NeedsChildren();
        await Fill(Place.Source, 3);
        await Write(Place.Source, Wish.Child(1, "one"), Wish.Child(3, "three"));
        await Prepare();
        foreach (var stream in Streams.Reverse())
        {
            foreach (var chunk in await Split(stream))
            {
                await CopyChunk(chunk);
                await CopyChunk(chunk);
            }
        }
        await AssertMoved();
    }

    [Fact]
    public async Task Chunks_may_be_written_side_by_side()
    {
        await Fill(Place.Source, 25);
        await Prepare();
        await Task.WhenAll((await Split(Main)).Select(CopyChunk));
        await AssertMoved();
    }

    [Fact]
    public async Task What_others_own_at_the_target_is_not_touched()
    {
        NeedsNeighbours();
        await Fill(Place.Source, 10);
        await Prepare();
        await Fill(Place.Target, 10, from: 100, Owner.Neighbour);
        var theirs = await Harness.Contents(Place.Target, Owner.Neighbour);
        Assert.Equal(10, theirs.Count);
        await Copy();
        await Write(Place.Source, Wish.Record(1, "changed"), Wish.Gone(2));
        await Follow();
        await AssertMoved();
        await Target.Target.RemoveData([.. Streams.Reverse()], None);
        Assert.Equal(theirs, await Harness.Contents(Place.Target, Owner.Neighbour));
    }

    [Fact]
    public async Task Somebody_elses_record_in_the_way_is_a_problem_and_stays()
    {
        NeedsNeighbours();
        SkipUnless(Harness.HasKeysOfAnybody, "a key says whose it is");
        SkipUnless(Harness.HasKeysFromTheBeginning, "keys are made when the copy is finished, and collisions found");
        await Fill(Place.Source, 10);
        await Prepare();
        await Write(Place.Target, Wish.Record(5, "theirs", Owner.Neighbour));
        var failure = await Assert.ThrowsAsync<GodwitException>(() => CopyChunk(new Chunk(0, 0, KeyRange.All, 10, 0)));
        Assert.NotEqual(Recovery.Retry, failure.Problem.Recovery);
        Assert.Empty(await Target.Target.Done(None));
        Assert.Empty(await Harness.Contents(Place.Target, Owner.Mine));
        Assert.Single(await Harness.Contents(Place.Target, Owner.Neighbour));
    }

    [Fact]
    public async Task Counters_are_no_lower_than_they_were_at_the_source()
    {
        SkipUnless(Harness.HasCounters, "there are no counters");
        await Fill(Place.Source, 10);
        for (var i = 0; i < 5; i++)
            await Harness.NextNumber(Place.Source);
        await Copy();
        var counters = await Source.Catalog.Counters(Streams, None);
        await Target.Target.SetCounters(counters, None);
        await Target.Target.SetCounters(counters, None);
        var next = await Harness.NextNumber(Place.Source);
        Assert.True(await Harness.NextNumber(Place.Target) >= next);
        await Target.Target.SetCounters([.. counters.Select(one => one with { Value = 1 })], None);
        Assert.True(await Harness.NextNumber(Place.Target) >= next);
    }

    [Fact]
    public async Task Removing_the_ledgers_leaves_the_data()
    {
        await Fill(Place.Source, 10);
        await Copy();
        await Target.Target.Remove(None);
        await Target.Target.Remove(None);
        Assert.Empty(await Target.Target.Done(None));
        Assert.Null(await Target.Target.Reached(None));
        await AssertMoved();
    }

    [Fact]
    public async Task Removing_the_data_leaves_nothing_of_it()
    {
        await Fill(Place.Source, 10);
        if (Harness.HasChildren)
            await Write(Place.Source, Wish.Child(3, "child of 3"));
        await Copy();
        await Target.Target.RemoveData([.. Streams.Reverse()], None);
        await Target.Target.RemoveData([.. Streams.Reverse()], None);
        Assert.Empty(await Harness.Contents(Place.Target, Owner.Mine));
        Assert.NotEmpty(await Harness.Contents(Place.Source, Owner.Mine));
    }

    private async Task<IReadOnlyList<string>> Done() =>
        [.. (await Target.Target.Done(None)).Select(one => $"{one.Stream}/{one.Index} {one.Visibility}").Order()];

    private async Task AssertNothingDone()
    {
        Assert.Empty(await Target.Target.Done(None));
        if (Target.Abilities.AtomicApply)
            Assert.Empty(await Harness.Contents(Place.Target, Owner.Mine));
    }
}
