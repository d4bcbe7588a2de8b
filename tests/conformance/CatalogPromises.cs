using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Tests.Conformance;

/// <summary>What every <see cref="ICatalog"/> promises.</summary>
public abstract class CatalogPromises<THarness> : StorePromises<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task Streams_have_keys_and_one_name_each()
    {
        var catalog = await Source.Catalog.Read(None);
        Assert.All(catalog.Streams, one =>
        {
            Assert.NotEmpty(one.KeyColumns);
            Assert.All(one.KeyColumns, at => Assert.InRange(at, 0, one.Columns.Count - 1));
        });
        Assert.Equal(catalog.Streams.Count, catalog.Streams.Select(one => one.Name).Distinct().Count());
    }

    [Fact]
    public async Task What_Godwit_installs_is_no_stream()
    {
        var before = await Names(Source);
        await Fill(Place.Source, 5);
        await Copy();
        await Source.Fence.Prepare(Streams, None);
        await Target.Changes.Prepare(Streams, None);
        await Target.Fence.Prepare(Streams, None);
        Assert.Equal(before, await Names(Source));
        Assert.Equal(before, await Names(Target));
    }

    [Fact]
    public async Task A_target_that_was_prepared_is_defined_like_the_source()
    {
        await Copy();
        var target = (await Target.Catalog.Read(None)).Streams.ToDictionary(one => one.Name);
        foreach (var stream in Streams.Select(one => one.Schema))
        {
            Assert.Equal(stream.Definition, target[stream.Name].Definition);
            Assert.Equal(stream.Columns, target[stream.Name].Columns);
            Assert.Equal(stream.KeyColumns, target[stream.Name].KeyColumns);
        }
    }

    [Fact]
    public async Task Records_in_scope_are_counted()
    {
        await Fill(Place.Source, 5);
        if (Harness.HasNeighbours)
            await Fill(Place.Source, 3, from: 100, Owner.Neighbour);
        var count = await Source.Catalog.Count(Main, None);
        if (Harness.HasNeighbours)
            Assert.Equal(5, count.InScope);
        Assert.True(count.InScope >= 5);
        Assert.Equal(0, count.Orphans);
    }

    [Fact]
    public async Task The_check_of_a_good_move_finds_nothing_that_stops_it_and_changes_nothing()
    {
        await Fill(Place.Source, 5);
        var before = await Harness.Contents(Place.Source, Owner.Mine);
        await AssertMayRun();
        await AssertMayRun();
        Assert.Equal(before, await Harness.Contents(Place.Source, Owner.Mine));
        Assert.Empty(await Target.Target.Done(None));
    }

    [Fact]
    public async Task The_check_finds_the_record_that_will_be_in_the_way()
    {
        NeedsNeighbours();
        SkipUnless(Harness.HasKeysOfAnybody, "a key says whose it is");
        await Fill(Place.Source, 5);
        await Prepare();
        await Write(Place.Target, Wish.Record(3, "theirs", Owner.Neighbour));
        var problems = await Target.Catalog.Check(StoreRole.Target, Streams, Source.Snapshot, None);
        Assert.Contains(problems, one => one.Recovery != Recovery.Retry);
    }

    private async Task AssertMayRun()
    {
        var problems = (await Source.Catalog.Check(StoreRole.Source, Streams, null, None))
            .Concat(await Target.Catalog.Check(StoreRole.Target, Streams, Source.Snapshot, None));
        Assert.DoesNotContain(problems, one => one.Recovery != Recovery.Retry);
    }

    private async Task<IReadOnlyList<string>> Names(IStore store) =>
        [.. (await store.Catalog.Read(None)).Streams.Select(one => one.Name).Order()];
}
