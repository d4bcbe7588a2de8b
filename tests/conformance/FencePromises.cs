using Godwit.Core.Stores;

namespace Godwit.Tests.Conformance;

/// <summary>What every <see cref="IFence"/> promises; most of it only those that refuse writes.</summary>
public abstract class FencePromises<THarness> : StorePromises<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_fence_that_is_only_prepared_stops_nobody()
    {
        await Prepared();
        await Write(Place.Source, Wish.Record(1, "changed"), Wish.Gone(2), Wish.Record(9, "new"));
    }

    [Fact]
    public async Task A_raised_fence_refuses_every_write_to_the_scope()
    {
        NeedsEnforcement();
        await Prepared();
        var before = await Harness.Contents(Place.Source, Owner.Mine);
        await Source.Fence.Raise(None);
        Assert.NotNull(await Harness.Write(Place.Source, Wish.Record(1, "changed")));
        Assert.NotNull(await Harness.Write(Place.Source, Wish.Record(9, "new")));
        Assert.NotNull(await Harness.Write(Place.Source, Wish.Gone(2)));
        Assert.Equal(before, await Harness.Contents(Place.Source, Owner.Mine));
    }

    [Fact]
    public async Task Children_are_fenced_with_their_parents()
    {
        NeedsEnforcement();
        NeedsChildren();
        await Prepared();
        await Write(Place.Source, Wish.Child(2, "two"));
        await Source.Fence.Raise(None);
        Assert.NotNull(await Harness.Write(Place.Source, Wish.Child(1, "new")));
        Assert.NotNull(await Harness.Write(Place.Source, Wish.Child(2, "changed")));
        Assert.NotNull(await Harness.Write(Place.Source, Wish.Gone(2, stream: 1)));
    }

    [Fact]
    public async Task Nothing_changes_hands_over_a_raised_fence()
    {
        NeedsEnforcement();
        NeedsNeighbours();
        await Prepared();
        await Write(Place.Source, Wish.Record(100, "theirs", Owner.Neighbour));
        await Source.Fence.Raise(None);
        Assert.NotNull(await Harness.Give(Place.Source, 1, Owner.Neighbour));
        Assert.NotNull(await Harness.Give(Place.Source, 100, Owner.Mine));
    }

    [Fact]
    public async Task Others_write_over_a_raised_fence()
    {
        NeedsNeighbours();
        await Prepared();
        await Source.Fence.Raise(None);
        await Write(Place.Source, Wish.Record(100, "theirs", Owner.Neighbour));
        await Write(Place.Source, Wish.Record(100, "changed", Owner.Neighbour));
        Assert.Single(await Harness.Contents(Place.Source, Owner.Neighbour));
    }

    [Fact]
    public async Task Whoever_is_refused_hears_where_to_go()
    {
        NeedsEnforcement();
        SkipUnless(Harness.SaysWhereToGo, "the store refuses in words of its own");
        await Prepared();
        await Source.Fence.Raise(None);
        Assert.Contains(StoreHarness.Elsewhere, await Harness.Write(Place.Source, Wish.Record(1, "changed")));
    }

    [Fact]
    public async Task Godwit_itself_writes_over_its_fence()
    {
        await Fill(Place.Source, 5);
        await Copy();
        await Target.Fence.Prepare(Streams, None);
        await Target.Fence.Raise(None);
        await Write(Place.Source, Wish.Record(1, "changed"), Wish.Gone(2), Wish.Record(9, "new"));
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task A_lowered_fence_lets_everybody_in()
    {
        await Prepared();
        await Source.Fence.Raise(None);
        await Source.Fence.Lower(None);
        await Write(Place.Source, Wish.Record(1, "changed"), Wish.Gone(2), Wish.Record(9, "new"));
    }

    [Fact]
    public async Task A_removed_fence_lets_everybody_in()
    {
        await Prepared();
        await Source.Fence.Raise(None);
        await Source.Fence.Remove(None);
        await Source.Fence.Remove(None);
        await Write(Place.Source, Wish.Record(1, "changed"));
    }

    [Fact]
    public async Task Everything_about_a_fence_is_repeatable()
    {
        await Prepared();
        await Source.Fence.Prepare(Streams, None);
        await Source.Fence.Raise(None);
        await Source.Fence.Raise(None);
        if (Source.Abilities.Fence == FenceStrength.Enforced)
            Assert.NotNull(await Harness.Write(Place.Source, Wish.Record(1, "changed")));
        await Source.Fence.Lower(None);
        await Source.Fence.Lower(None);
        await Write(Place.Source, Wish.Record(1, "changed"));
    }

    [Fact]
    public async Task Preparing_again_does_not_lower_a_raised_fence()
    {
        NeedsEnforcement();
        await Prepared();
        await Source.Fence.Raise(None);
        await Source.Fence.Prepare(Streams, None);
        Assert.NotNull(await Harness.Write(Place.Source, Wish.Record(1, "changed")));
    }

    [Fact]
    public async Task A_raised_fence_survives_the_process_and_the_next_one_lowers_it()
    {
        NeedsEnforcement();
        await Prepared();
        await Source.Fence.Raise(None);
        await Reopen(Place.Source, async () =>
            Assert.NotNull(await Harness.Write(Place.Source, Wish.Record(1, "changed"))));
        await Source.Fence.Lower(None);
        await Write(Place.Source, Wish.Record(1, "changed"));
    }

    [Fact]
    public async Task A_writer_in_flight_is_through_or_undone_when_the_fence_is_up()
    {
        NeedsEnforcement();
        SkipUnless(Harness.HasTransactions, "there are no transactions");
        await Fill(Place.Source, 5);
        await Copy();
        await Source.Fence.Prepare(Streams, None);
        var writer = await Harness.Begin(Place.Source, Wish.Record(9, "in flight"));
        var raising = Source.Fence.Raise(None);
        var isThrough = await writer.Commit();
        await raising.WaitAsync(Deadline);
        Assert.Equal(isThrough, (await Harness.Contents(Place.Source, Owner.Mine)).ContainsKey("0/9"));
        Assert.NotNull(await Harness.Write(Place.Source, Wish.Record(1, "too late")));
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task An_enforced_fence_knows_no_late_writes()
    {
        NeedsEnforcement();
        await Prepared();
        await Source.Fence.Raise(None);
        await Harness.Write(Place.Source, Wish.Record(1, "changed"));
        Assert.Null(await Source.Fence.LateWrites(None));
    }

    [Fact]
    public async Task A_cooperative_fence_tells_each_late_write_once()
    {
        SkipUnless(Source.Abilities.Fence == FenceStrength.Cooperative, "its fence refuses writes");
        await Fill(Place.Source, 5);
        await Copy();
        await Source.Fence.Prepare(Streams, None);
        await Source.Fence.Raise(None);
        Assert.Null(await Source.Fence.LateWrites(None));
        await Write(Place.Source, Wish.Record(1, "late"));
        var told = new Told();
        await Until.Holds("the late write is told", async () =>
        {
            await using var late = await Source.Fence.LateWrites(None);
            if (late is not null)
                await told.Add(late);
            if (late is { Native: not null })
                await Target.Target.Apply(late, ApplyReason.LateWrite, None);
            return told.IsTouched(0, Harness.KeyOf(0, 1));
        });

        // Brought over first: whoever was told may die before that, so it may be told until it is at the other side.
        if (Harness.HasRecordsOnTheWay)
            await ApplyPresent(1);
        await Source.Fence.LateWritesTaken(None);
        await AssertMoved();
        await using var more = await Source.Fence.LateWrites(None);
        Assert.Null(more);
    }

    [Fact]
    public async Task Two_migrations_have_two_fences()
    {
        NeedsEnforcement();
        await Prepared();
        var other = await Open(Place.Source, StoreRole.Source, StoreHarness.OtherMark);
        await other.Fence.Prepare(Streams, None);
        await other.Fence.Raise(None);
        await Source.Fence.Raise(None);
        await other.Fence.Lower(None);
        Assert.NotNull(await Harness.Write(Place.Source, Wish.Record(1, "changed")));
        await other.Fence.Remove(None);
        Assert.NotNull(await Harness.Write(Place.Source, Wish.Record(1, "changed")));
        await Source.Fence.Lower(None);
        await Write(Place.Source, Wish.Record(1, "changed"));
    }

    private async Task ApplyPresent(int number)
    {
        using var key = Harness.KeyOf(0, number).ToBatch();
        await using var present = await Source.Snapshot.ReadKeys(Streams[0], key, None);
        await Target.Target.Apply(present, ApplyReason.LateWrite, None);
    }

    private void NeedsEnforcement() =>
        SkipUnless(Source.Abilities.Fence == FenceStrength.Enforced, "its fence only asks");

    private async Task Prepared()
    {
        await Fill(Place.Source, 3);
        await Prepare();
        await Source.Fence.Prepare(Streams, None);
    }
}
