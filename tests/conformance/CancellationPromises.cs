using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Tests.Conformance;

/// <summary>Whatever is cancelled ends with <see cref="OperationCanceledException"/> and has changed nothing.</summary>
public abstract class CancellationPromises<THarness> : StorePromises<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly CancellationToken Cancelled = new(canceled: true);

    [Fact]
    public async Task Whatever_reads_can_be_cancelled()
    {
        await Copied();
        using var keys = Keys(1);
        await using var read = await Source.Snapshot.Read(Main, KeyRange.All, None);
        await AllEnd(
            ("catalog", () => Source.Catalog.Read(Cancelled)),
            ("model", () => Source.Catalog.Model(Streams, Cancelled)),
            ("counters", () => Source.Catalog.Counters(Streams, Cancelled)),
            ("count", () => Source.Catalog.Count(Main, Cancelled)),
            ("check", () => Source.Catalog.Check(StoreRole.Source, Streams, null, Cancelled)),
            ("split", async () => await Source.Snapshot.Split(Main, new ChunkSize(5, 1000), Cancelled).FirstAsync()),
            ("read", async () => await (await Source.Snapshot.Read(Main, KeyRange.All, Cancelled)).Batches(Cancelled)
                .FirstAsync()),
            ("batches", async () => await read.Batches(Cancelled).FirstAsync()),
            ("keys", async () => await Source.Snapshot.ReadKeys(Main, keys, Cancelled)),
            ("digest", () => Source.Digest.Digest(Main, KeyRange.All, Cancelled)),
            ("list", () => Source.Digest.List(Main, KeyRange.All, Cancelled)),
            ("list of keys", () => Source.Digest.ListKeys(Main, keys, Cancelled)),
            ("show", () => Source.Digest.Show(Main, keys, Cancelled)),
            ("done", () => Target.Target.Done(Cancelled)),
            ("reached", async () => await Target.Target.Reached(Cancelled)),
            ("next", async () => await Source.Changes.Next(
                new Position((await Reached()).Timeline, (await Reached()).Offset), Deadline, Cancelled)),
            ("mark", async () => await Source.Changes.Mark(Cancelled)),
            ("late writes", () => Source.Fence.LateWrites(Cancelled)));
    }

    [Fact]
    public async Task Whatever_writes_can_be_cancelled_and_leaves_no_trace()
    {
        await Copied();
        await Follow();
        var (before, reached) = (await Harness.Contents(Place.Target, Owner.Mine), await Reached());
        var done = (await Target.Target.Done(None)).Count;
        using var keys = Keys(1);
        await Write(Place.Source, Wish.Record(1, "changed"));
        await using var batch = await Source.Snapshot.ReadKeys(Main, keys, None);
        await using var read = await Source.Snapshot.Read(Main, KeyRange.All, None);
        var model = await Source.Catalog.Model(Streams, None);
        await AllEnd(
            ("prepare target", () => Target.Target.Prepare(Streams, model, Cancelled)),
            ("chunk", () => Target.Target.WriteChunk(Main, new Chunk(0, 99, KeyRange.All, 1, 1), read, Cancelled)),
            ("start", () => Target.Target.StartAt(new Position(9, 9), Cancelled)),
            ("apply", () => Target.Target.Apply(batch, ApplyReason.Following, Cancelled)),
            ("counters", () => Target.Target.SetCounters([new Counter("nothing", 1)], Cancelled)),
            ("remove data", () => Target.Target.RemoveData(Streams, Cancelled)),
            ("remove target", () => Target.Target.Remove(Cancelled)),
            ("prepare capture", () => Source.Changes.Prepare(Streams, Cancelled)),
            ("acknowledge", async () => await Source.Changes.Acknowledge(reached, Cancelled)),
            ("remove capture", () => Source.Changes.Remove(Cancelled)));
        Assert.Equal(before, await Harness.Contents(Place.Target, Owner.Mine));
        Assert.Equal(reached, await Reached());
        Assert.Equal(done, (await Target.Target.Done(None)).Count);
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task A_cancelled_fence_does_not_move()
    {
        await Copied();
        await Source.Fence.Prepare(Streams, None);
        await AllEnd(
            ("prepare", () => Source.Fence.Prepare(Streams, Cancelled)),
            ("raise", () => Source.Fence.Raise(Cancelled)));
        await Write(Place.Source, Wish.Record(1, "changed"));
        await Source.Fence.Raise(None);
        await AllEnd(
            ("lower", () => Source.Fence.Lower(Cancelled)), ("remove", () => Source.Fence.Remove(Cancelled)));
        if (Source.Abilities.Fence == FenceStrength.Enforced)
            Assert.NotNull(await Harness.Write(Place.Source, Wish.Record(1, "changed again")));
    }

    [Fact]
    public async Task Waiting_for_changes_ends_when_it_is_cancelled()
    {
        await Copied();
        await Follow();
        using var cancelled = new CancellationTokenSource();
        async Task Wait()
        {
            var at = await Reached();
            while (true)
            {
                await using var batch = await Source.Changes.Next(at, Deadline, cancelled.Token);
                at = batch?.Reached ?? at;
            }
        }
        var waiting = Wait();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Deadline));
        await Write(Place.Source, Wish.Record(1, "changed"));
        await Follow();
        await AssertMoved();
    }

    private async Task Copied()
    {
        await Fill(Place.Source, 5);
        await Copy();
    }

    private static async Task AllEnd(params (string Name, Func<Task> Call)[] calls)
    {
        var wrong = new List<string>();
        foreach (var (name, call) in calls)
        {
            var failure = await Record.ExceptionAsync(call);
            if (failure is not OperationCanceledException)
                wrong.Add($"{name}: {failure?.GetType().Name ?? "went on"} {failure?.Message}");
        }
        Assert.Empty(wrong);
    }
}
