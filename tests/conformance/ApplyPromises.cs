using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Tests.Conformance;

/// <summary>What every <see cref="ITarget"/> promises about changes.</summary>
public abstract class ApplyPromises<THarness> : StorePromises<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task Changes_make_the_target_equal()
    {
        await Fill(Place.Source, 10);
        await Copy();
        await Write(Place.Source, Wish.Record(1, "changed"), Wish.Gone(2), Wish.Record(20, "new"));
        await Harness.Renumber(Place.Source, 3, 30);
        if (Harness.HasChildren)
            await Write(Place.Source, Wish.Child(20, "a new child"), Wish.Child(5, "another"));
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task Parents_and_children_may_go_together()
    {
        NeedsChildren();
        await Fill(Place.Source, 5);
        await Write(Place.Source, Wish.Child(1, "one"), Wish.Child(2, "two"), Wish.Child(3, "three"));
        await Copy();
        await Write(Place.Source, Wish.Gone(1, stream: 1), Wish.Gone(1));
        await Write(Place.Source, Wish.Gone(2, stream: 1));
        await Write(Place.Source, Wish.Gone(2));
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task Records_that_change_hands_come_and_go_with_their_children()
    {
        NeedsChildren();
        await Write(Place.Source, Wish.Record(1, "mine"), Wish.Record(2, "theirs", Owner.Neighbour));
        await Write(Place.Source, Wish.Child(1, "mine"), Wish.Child(2, "theirs"));
        await Copy();
        Assert.Null(await Harness.Give(Place.Source, 1, Owner.Neighbour));
        Assert.Null(await Harness.Give(Place.Source, 2, Owner.Mine));
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task The_position_moves_with_the_data()
    {
        await Fill(Place.Source, 3);
        await Copy();
        await Write(Place.Source, Wish.Record(1, "changed"));
        await using var batch = await NextWith(1);
        await Target.Target.Apply(batch, ApplyReason.Following, None);
        Assert.Equal(batch.Reached, await Reached());
        await Reopen(Place.Target);
        Assert.Equal(batch.Reached, await Reached());
        await AssertMoved();
    }

    [Fact]
    public async Task A_batch_without_changes_moves_the_position()
    {
        await Fill(Place.Source, 3);
        await Copy();
        var later = new Position((await Reached()).Timeline, (await Reached()).Offset + 5);
        await using var batch = ChangeBatch.Empty(later);
        await Target.Target.Apply(batch, ApplyReason.Following, None);
        Assert.Equal(later, await Reached());
    }

    [Fact]
    public async Task Where_following_starts_can_be_set_again()
    {
        await Prepare();
        await Target.Target.StartAt(new Position(1, 17), None);
        await Target.Target.StartAt(new Position(2, 4), None);
        Assert.Equal(new Position(2, 4), await Reached());
    }

    [Fact]
    public async Task A_batch_that_comes_twice_changes_nothing_the_second_time()
    {
        await Fill(Place.Source, 5);
        await Copy();
        var start = await Reached();
        await Write(Place.Source, Wish.Record(1, "changed"), Wish.Gone(2), Wish.Record(7, "new"));
        await Follow();
        var (once, reached) = (await Harness.Contents(Place.Target, Owner.Mine), await Reached());
        await Target.Target.StartAt(start, None);
        await Follow();
        Assert.Equal(once, await Harness.Contents(Place.Target, Owner.Mine));
        Assert.True(await Reached() >= reached);
        await AssertMoved();
    }

    [Fact]
    public async Task A_batch_that_breaks_in_the_middle_leaves_no_trace()
    {
        SkipUnless(Harness.HasRecordsOnTheWay, "operations are not read piece by piece");
        await Fill(Place.Source, 5);
        await Copy();
        var (before, reached) = (await Harness.Contents(Place.Target, Owner.Mine), await Reached());
        await Write(Place.Source, Wish.Record(1, "changed"), Wish.Gone(2), Wish.Record(7, "new"));
        await using (var batch = await NextWith(1))
        {
            var broken = Broken.Batch(batch, () => throw Broken.Connection());
            await Assert.ThrowsAsync<GodwitException>(() =>
                Target.Target.Apply(broken, ApplyReason.Following, None));
        }
        Assert.Equal(reached, await Reached());
        if (Target.Abilities.AtomicApply)
            Assert.Equal(before, await Harness.Contents(Place.Target, Owner.Mine));
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task A_batch_that_is_cancelled_in_the_middle_leaves_no_trace()
    {
        SkipUnless(Harness.HasRecordsOnTheWay, "operations are not read piece by piece");
        await Fill(Place.Source, 5);
        await Copy();
        var (before, reached) = (await Harness.Contents(Place.Target, Owner.Mine), await Reached());
        await Write(Place.Source, Wish.Record(1, "changed"), Wish.Gone(2), Wish.Record(7, "new"));
        using var cancelled = new CancellationTokenSource();
        await using (var batch = await NextWith(1))
        {
            var slow = Broken.Batch(batch, cancelled.Cancel);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                Target.Target.Apply(slow, ApplyReason.Following, cancelled.Token));
        }
        Assert.Equal(reached, await Reached());
        if (Target.Abilities.AtomicApply)
            Assert.Equal(before, await Harness.Contents(Place.Target, Owner.Mine));
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task A_repair_puts_right_what_differs_and_leaves_the_position()
    {
        SkipUnless(Harness.HasRecordsOnTheWay, "present records come with the operations that follow");
        await Fill(Place.Source, 5);
        await Copy();
        await Follow();
        var reached = await Reached();
        await Harness.Damage(Place.Target, 1, Harness.Damages[0]);
        await Write(Place.Target, Wish.Gone(2));
        await Write(Place.Target, Wish.Record(9, "nobody's"));
        await Write(Place.Source, Wish.Record(50, "not followed yet"));
        using var keys = Keys(1, 2, 9);
        await using var batch = await Source.Snapshot.ReadKeys(Main, keys, None);
        var outcome = await Target.Target.Apply(batch, ApplyReason.Repair, None);
        Assert.Equal(reached, await Reached());
        Assert.True(outcome.Deleted >= 1);
        Assert.False((await Harness.Contents(Place.Target, Owner.Mine)).ContainsKey("0/9"));
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task A_late_write_comes_over_and_leaves_the_position()
    {
        SkipUnless(Harness.HasRecordsOnTheWay, "present records come with the operations that follow");
        await Fill(Place.Source, 5);
        await Copy();
        await Follow();
        var reached = await Reached();
        await Write(Place.Source, Wish.Record(9, "late"));
        using var keys = Keys(9);
        await using var batch = await Source.Snapshot.ReadKeys(Main, keys, None);
        await Target.Target.Apply(batch, ApplyReason.LateWrite, None);
        Assert.Equal(reached, await Reached());
        await AssertMoved();
    }

    [Fact]
    public async Task What_others_own_is_neither_overwritten_nor_deleted()
    {
        NeedsNeighbours();
        SkipUnless(Harness.HasKeysOfAnybody, "a key says whose it is");
        await Fill(Place.Source, 5);
        await Copy();
        await Write(Place.Target, Wish.Record(50, "theirs", Owner.Neighbour));
        await Write(Place.Source, Wish.Record(51, "for a moment"), Wish.Record(60, "mine"));
        await Write(Place.Source, Wish.Gone(51));
        await Write(Place.Target, Wish.Record(51, "theirs", Owner.Neighbour));
        await Follow();
        Assert.Equal(2, (await Harness.Contents(Place.Target, Owner.Neighbour)).Count);

        await Write(Place.Source, Wish.Record(1, "changed"), Wish.Record(50, "mine, with the same key"));
        var (mine, reached) = (await Harness.Contents(Place.Target, Owner.Mine), await Reached());
        var failure = await Assert.ThrowsAsync<GodwitException>(Follow);
        Assert.NotEqual(Recovery.Retry, failure.Problem.Recovery);
        Assert.Equal(2, (await Harness.Contents(Place.Target, Owner.Neighbour)).Count);
        Assert.Equal(mine, await Harness.Contents(Place.Target, Owner.Mine));
        Assert.Equal(reached, await Reached());
    }

    [Fact]
    public async Task Unique_values_may_change_places_within_a_batch()
    {
        SkipUnless(Harness.HasUniqueLabels, "nothing is unique but the key");
        await Fill(Place.Source, 5);
        await Copy();
        await Harness.SwapLabels(Place.Source, 1, 5);
        await Harness.SwapLabels(Place.Source, 2, 1);
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task Unique_values_that_changed_places_during_the_copy_end_where_they_belong()
    {
        SkipUnless(Harness.HasUniqueLabels, "nothing is unique but the key");
        await Fill(Place.Source, 10);
        await Prepare();
        var chunks = await Split(Main, records: 5);
        await CopyChunk(chunks[0]);
        await Harness.SwapLabels(Place.Source, 1, 10);
        foreach (var chunk in chunks.Skip(1))
            await CopyChunk(chunk);
        foreach (var chunk in Streams.Count > 1 ? await Split(Streams[1]) : [])
            await CopyChunk(chunk);
        await FinishCopy();
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task The_batch_stays_the_callers()
    {
        await Fill(Place.Source, 3);
        await Copy();
        await Write(Place.Source, Wish.Record(1, "changed"));
        var released = false;
        await using var batch = await NextWith(1);
        await using var watched = new ChangeBatch(batch.Reached, batch.Touched, batch.Current, () =>
        {
            released = true;
            return ValueTask.CompletedTask;
        })
        { Native = batch.Native, ReadWhole = batch.ReadWhole };
        await Target.Target.Apply(watched, ApplyReason.Following, None);
        Assert.False(released);
        Assert.True(watched.KeyCount > 0);
    }

    /// <summary>The next batch that touches a record; what comes before it is applied.</summary>
    private async Task<ChangeBatch> NextWith(int number)
    {
        while (true)
        {
            var batch = await Source.Changes.Next(await Reached(), Deadline, None);
            Assert.NotNull(batch);
            if (batch.Touched.Any(one => Enumerable.Range(0, one.Keys.Count)
                .Any(at => Godwit.Core.Records.Key.Of(one.Keys, at).Equals(Harness.KeyOf(0, number)))))
                return batch;
            await using (batch)
                await Target.Target.Apply(batch, ApplyReason.Following, None);
        }
    }
}
