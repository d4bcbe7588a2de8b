using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Tests.Conformance;

/// <summary>What every <see cref="IChangeSource"/> promises.</summary>
public abstract class ChangePromises<THarness> : StorePromises<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task Everything_that_was_committed_before_the_mark_is_told_when_the_mark_is_reached()
    {
        await Fill(Place.Source, 3);
        var start = await Begin();
        await Write(Place.Source, Wish.Record(1, "changed"));
        await Write(Place.Source, Wish.Gone(2));
        await Write(Place.Source, Wish.Record(7, "new"));
        var told = await Tell(start);
        Assert.True(told.IsHere(0, Key(1)));
        Assert.True(told.IsGone(0, Key(2)));
        Assert.True(told.IsHere(0, Key(7)));
    }

    [Fact]
    public async Task The_last_of_several_writes_to_a_key_counts()
    {
        await Fill(Place.Source, 2);
        var start = await Begin();
        await Write(Place.Source, Wish.Gone(1));
        await Write(Place.Source, Wish.Record(1, "back again"));
        await Write(Place.Source, Wish.Record(7, "new"));
        await Write(Place.Source, Wish.Gone(7));
        var told = await Tell(start);
        Assert.True(told.IsHere(0, Key(1)));
        Assert.True(!told.IsTouched(0, Key(7)) || told.IsGone(0, Key(7)));
    }

    [Fact]
    public async Task The_mark_is_reached_on_a_source_where_nobody_writes()
    {
        var start = await Begin();
        await Tell(start);
        await Tell(start);
        var mark = await Source.Changes.Mark(None);
        Assert.True(mark >= start);
    }

    [Fact]
    public async Task Silence_is_null()
    {
        var start = await Begin();
        var told = await Tell(start);
        var at = told.Batches == 0 ? start : told.Reached;
        await using var next = await Source.Changes.Next(at, TimeSpan.Zero, None);
        Assert.True(next is null || next.KeyCount == 0);
    }

    [Fact]
    public async Task A_single_change_is_not_held_back()
    {
        await Fill(Place.Source, 1);
        var at = await Begin();
        var told = Until(at, Key(1));
        await Write(Place.Source, Wish.Record(1, "changed"));
        await told.WaitAsync(Deadline);
    }

    [Fact]
    public async Task Asked_again_with_the_same_position_it_tells_the_same_or_more()
    {
        await Fill(Place.Source, 3);
        var start = await Begin();
        await Write(Place.Source, Wish.Record(1, "changed"));
        Assert.True((await Tell(start)).IsTouched(0, Key(1)));
        await Write(Place.Source, Wish.Record(2, "changed"));
        var again = await Tell(start);
        Assert.True(again.IsTouched(0, Key(1)));
        Assert.True(again.IsTouched(0, Key(2)));
    }

    [Fact]
    public async Task Nothing_is_forgotten_before_it_was_acknowledged()
    {
        await Fill(Place.Source, 3);
        await Copy();
        await Write(Place.Source, Wish.Record(1, "changed"));
        var start = await Reached();
        Assert.True((await Tell(start)).IsTouched(0, Key(1)));
        await Reopen(Place.Source);
        await Source.Changes.Prepare(Streams, None);
        Assert.True((await Tell(start)).IsTouched(0, Key(1)));
    }

    [Fact]
    public async Task What_happens_while_nobody_runs_is_told_afterwards()
    {
        await Fill(Place.Source, 3);
        await Copy();
        await Follow();
        await Reopen(Place.Source, async () =>
        {
            await Write(Place.Source, Wish.Record(1, "changed"), Wish.Gone(2));
            await Write(Place.Source, Wish.Record(9, "new"));
        });
        await Source.Changes.Prepare(Streams, None);
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task After_an_acknowledgement_what_comes_later_is_told()
    {
        await Fill(Place.Source, 3);
        await Copy();
        await Write(Place.Source, Wish.Record(1, "changed"));
        await Follow();
        await Source.Changes.Acknowledge(await Reached(), None);
        await Source.Changes.Acknowledge(await Reached(), None);
        await Write(Place.Source, Wish.Record(2, "changed"));
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task Changes_of_others_are_not_told()
    {
        NeedsNeighbours();
        await Fill(Place.Source, 2);
        await Fill(Place.Source, 2, from: 100, Owner.Neighbour);
        var start = await Begin();
        await Write(Place.Source, Wish.Record(100, "theirs", Owner.Neighbour), Wish.Record(1, "mine"));
        await Write(Place.Source, Wish.Record(101, "theirs", Owner.Neighbour));
        var told = await Tell(start);
        Assert.True(told.IsTouched(0, Key(1)));
        Assert.All([100, 101], number => Assert.False(told.IsHere(0, Key(number))));
    }

    [Fact]
    public async Task A_record_that_changes_hands_comes_or_is_gone()
    {
        NeedsNeighbours();
        await Write(Place.Source, Wish.Record(1, "mine"), Wish.Record(2, "theirs", Owner.Neighbour));
        var start = await Begin();
        Assert.Null(await Harness.Give(Place.Source, 1, Owner.Neighbour));
        Assert.Null(await Harness.Give(Place.Source, 2, Owner.Mine));
        var told = await Tell(start);
        Assert.True(told.IsGone(0, Key(1)));
        Assert.True(told.IsHere(0, Key(2)));
    }

    [Fact]
    public async Task Children_come_and_go_with_their_parents()
    {
        NeedsChildren();
        await Write(Place.Source, Wish.Record(1, "mine"), Wish.Record(2, "theirs", Owner.Neighbour));
        await Write(Place.Source, Wish.Child(1, "mine"), Wish.Child(2, "theirs"));
        var start = await Begin();
        Assert.Null(await Harness.Give(Place.Source, 1, Owner.Neighbour));
        Assert.Null(await Harness.Give(Place.Source, 2, Owner.Mine));
        var told = await Tell(start);
        Assert.True(told.IsGone(1, Harness.KeyOf(1, 1)));
        Assert.True(told.IsHere(1, Harness.KeyOf(1, 2)));
    }

    [Fact]
    public async Task A_child_is_told_when_its_parent_is_in_scope()
    {
        NeedsChildren();
        await Write(Place.Source, Wish.Record(1, "mine"), Wish.Record(2, "theirs", Owner.Neighbour));
        var start = await Begin();
        await Write(Place.Source, Wish.Child(1, "mine"));
        await Write(Place.Source, Wish.Child(2, "theirs"));
        var told = await Tell(start);
        Assert.True(told.IsHere(1, Harness.KeyOf(1, 1)));
        Assert.False(told.IsHere(1, Harness.KeyOf(1, 2)));
    }

    [Fact]
    public async Task A_changed_key_is_two_touched_keys()
    {
        await Fill(Place.Source, 3);
        var start = await Begin();
        await Harness.Renumber(Place.Source, 2, 8);
        var told = await Tell(start);
        Assert.True(told.IsGone(0, Key(2)));
        Assert.True(told.IsHere(0, Key(8)));
    }

    [Fact]
    public async Task A_transaction_is_told_in_one_piece()
    {
        SkipUnless(Harness.HasTransactions, "there are no transactions");
        await Fill(Place.Source, 3);
        var at = await Begin();
        await Write(Place.Source, Wish.Record(1, "together"), Wish.Record(2, "together"), Wish.Gone(3));
        while (true)
        {
            await using var batch = await Source.Changes.Next(at, Deadline, None);
            Assert.NotNull(batch);
            var told = new Told();
            await told.Add(batch);
            at = batch.Reached;
            if (!told.IsTouched(0, Key(1)))
                continue;
            Assert.True(told.IsTouched(0, Key(2)));
            Assert.True(told.IsTouched(0, Key(3)));
            return;
        }
    }

    [Fact]
    public async Task What_was_rolled_back_is_not_told_and_what_is_open_is_told_after_its_commit()
    {
        SkipUnless(Harness.HasTransactions, "there are no transactions");
        await Fill(Place.Source, 3);
        var start = await Begin();
        var undone = await Harness.Begin(Place.Source, Wish.Record(7, "never"));
        await undone.RollBack();
        var open = await Harness.Begin(Place.Source, Wish.Record(8, "soon"));
        var told = await Tell(start);
        Assert.False(told.IsHere(0, Key(7)));
        Assert.False(told.IsHere(0, Key(8)));
        Assert.True(await open.Commit());
        told = await Tell(told.Batches == 0 ? start : told.Reached);
        Assert.True(told.IsHere(0, Key(8)));
    }

    [Fact]
    public async Task Preparing_again_keeps_what_was_captured()
    {
        await Fill(Place.Source, 3);
        await Copy();
        await Write(Place.Source, Wish.Record(1, "changed"));
        await Source.Changes.Prepare(Streams, None);
        Assert.True((await Tell(await Reached())).IsTouched(0, Key(1)));
    }

    [Fact]
    public async Task A_capture_that_was_taken_away_is_noticed()
    {
        SkipUnless(Harness.CanLoseCapture, "there is nothing to take away");
        await Fill(Place.Source, 3);
        await Copy();
        await Reopen(Place.Source, () => Harness.LoseCapture(Place.Source));
        var failure = await Assert.ThrowsAsync<GodwitException>(() => Source.Changes.Prepare(Streams, None));
        Assert.NotEqual(Recovery.Retry, failure.Problem.Recovery);
    }

    [Fact]
    public async Task What_Godwit_applied_itself_is_not_told()
    {
        SkipUnless(Source.Abilities.AtomicApply, "own writes cannot be told from others'");
        await Fill(Place.Source, 3);
        await Copy();
        await Target.Changes.Prepare(Streams, None);
        var start = await Target.Changes.Mark(None);
        await Write(Place.Source, Wish.Record(1, "changed"), Wish.Gone(2), Wish.Record(9, "new"));
        await Follow();
        await Write(Place.Target, Wish.Record(50, "an application's"));
        (Source, Target) = (Target, Source);
        var told = await Tell(start);
        Assert.True(told.IsHere(0, Key(50)));
        Assert.All([1, 2, 9], number => Assert.False(told.IsTouched(0, Key(number))));
    }

    [Fact]
    public async Task Removing_is_repeatable_and_leaves_writers_alone()
    {
        await Fill(Place.Source, 3);
        await Begin();
        await Source.Changes.Remove(None);
        await Source.Changes.Remove(None);
        await Write(Place.Source, Wish.Record(1, "changed"));
        Assert.Equal(3, (await Harness.Contents(Place.Source, Owner.Mine)).Count);
    }

    [Fact]
    public async Task Two_migrations_capture_side_by_side()
    {
        await Fill(Place.Source, 3);
        var start = await Begin();
        var other = await Open(Place.Source, StoreRole.Source, StoreHarness.OtherMark);
        await other.Changes.Prepare(Streams, None);
        await Write(Place.Source, Wish.Record(1, "changed"));
        await other.Changes.Remove(None);
        await Write(Place.Source, Wish.Record(2, "changed"));
        var told = await Tell(start);
        Assert.True(told.IsTouched(0, Key(1)));
        Assert.True(told.IsTouched(0, Key(2)));
    }

    private Godwit.Core.Records.Key Key(int number) => Harness.KeyOf(0, number);

    private async Task<Position> Begin()
    {
        await Copy(); // What a source tells is meant for a target that was equal: some compare with it.
        return await Source.Changes.Mark(None);
    }

    private async Task Until(Position at, Godwit.Core.Records.Key key)
    {
        while (true)
        {
            await using var batch = await Source.Changes.Next(at, Deadline, None);
            if (batch is null)
                continue;
            var told = new Told();
            await told.Add(batch);
            at = batch.Reached;
            if (told.IsTouched(0, key))
                return;
        }
    }
}
