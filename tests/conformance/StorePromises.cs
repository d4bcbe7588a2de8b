using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Godwit.Engine.Following;

namespace Godwit.Tests.Conformance;

/// <summary>What the promises of all parts of a store need: two open stores, and the steps of a move one by
/// one.</summary>
public abstract class StorePromises<THarness> : IAsyncLifetime
    where THarness : StoreHarness, new()
{
    /// <summary>For what must happen; nobody waits so long unless something is broken.</summary>
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly List<IStore> _opened = [];
    private List<Chunk> _chunks = [];

    protected static CancellationToken None => CancellationToken.None;

    protected THarness Harness { get; } = new();

    protected IStore Source { get; set; } = null!;

    protected IStore Target { get; set; } = null!;

    /// <summary>The main stream and, where there are any, its children.</summary>
    protected IReadOnlyList<ScopedStream> Streams { get; private set; } = [];

    protected ScopedStream Main => Streams[0];

    public async ValueTask InitializeAsync()
    {
        await Harness.Create();
        Source = await Open(Place.Source, StoreRole.Source);
        Target = await Open(Place.Target, StoreRole.Target);
        Streams = Harness.Scope(await Source.Catalog.Read(None));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened)
            await store.DisposeAsync();
        await Harness.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task<IStore> Open(Place place, StoreRole role, string mark = StoreHarness.Mark)
    {
        var store = await Harness.Open(place, role, mark);
        _opened.Add(store);
        return store;
    }

    /// <summary>The process at a place ends and, when something has happened meanwhile, another one opens the
    /// store.</summary>
    protected async Task Reopen(Place place, Func<Task>? meanwhile = null)
    {
        var old = place == Place.Source ? Source : Target;
        _opened.Remove(old);
        await old.DisposeAsync();
        if (meanwhile is not null)
            await meanwhile();
        if (place == Place.Source)
            Source = await Open(place, StoreRole.Source);
        else
            Target = await Open(place, StoreRole.Target);
    }

    /// <summary>Writes that must be acknowledged.</summary>
    protected async Task Write(Place place, params Wish[] wishes) => Assert.Null(await Harness.Write(place, wishes));

    /// <summary>Records of the main stream, numbered from <paramref name="from"/>, each with a text of its
    /// own.</summary>
    protected Task Fill(Place place, int count, int from = 1, Owner owner = Owner.Mine) => Write(
        place, [.. Enumerable.Range(from, count).Select(one => Wish.Record(one, $"text {one}", owner))]);

    protected async Task Prepare()
    {
        await Source.Changes.Prepare(Streams, None);
        await Target.Target.Prepare(Streams, await Source.Catalog.Model(Streams, None), None);
    }

    protected async Task<List<Chunk>> Split(ScopedStream stream, long records = 7)
    {
        var chunks = new List<Chunk>();
        await foreach (var chunk in Source.Snapshot.Split(stream, new ChunkSize(records, 1L << 30), None))
            chunks.Add(chunk);
        return chunks;
    }

    protected async Task<ChunkDone> CopyChunk(Chunk chunk)
    {
        await using var read = await Source.Snapshot.Read(Streams[chunk.Stream], chunk.Range, None);
        return await Target.Target.WriteChunk(Streams[chunk.Stream], chunk, read, None);
    }

    /// <summary>Prepares both sides, copies everything and starts to follow.</summary>
    protected async Task Copy()
    {
        await Prepare();
        _chunks = [];
        foreach (var stream in Streams)
            _chunks.AddRange(await Split(stream));
        foreach (var chunk in _chunks)
            await CopyChunk(chunk);
        await FinishCopy();
    }

    /// <summary>After the last chunk: what may be made afterwards, and where following begins.</summary>
    protected async Task FinishCopy()
    {
        await Target.Target.FinishCopy(Streams, await Source.Catalog.Model(Streams, None), None);
        var done = await Target.Target.Done(None);
        await Target.Target.StartAt(done.Select(one => one.Visibility.SeenThrough).Min(), None);
    }

    /// <summary>Applies everything that was committed before the call.</summary>
    protected async Task Follow()
    {
        var mark = await Source.Changes.Mark(None);
        var reached = await Reached();
        for (var rounds = 0; reached < mark; rounds++)
        {
            Assert.True(rounds < 100, $"The mark {mark} is not reached; at {reached} after {rounds} rounds.");
            await using var batch = await Source.Changes.Next(reached, Patience, None);
            if (batch is null)
                continue;
            if (Source.Abilities.Changes == ChangeCapture.AfterImages && _chunks.Count > 0)
            {
                var rule = HandoverRule.Of(_chunks, await Target.Target.Done(None));
                await using var unseen = rule.Filter(batch);
                await Target.Target.Apply(unseen, ApplyReason.Following, None);
            }
            else
            {
                await Target.Target.Apply(batch, ApplyReason.Following, None);
            }
            reached = await Reached();
        }
    }

    /// <summary>Everything that the source tells after a position and up to a mark that is made now.</summary>
    protected async Task<Told> Tell(Position after)
    {
        var mark = await Source.Changes.Mark(None);
        var (told, reached) = (new Told(), after);
        for (var rounds = 0; reached < mark; rounds++)
        {
            Assert.True(rounds < 100, $"The mark {mark} is not reached; at {reached} after {rounds} rounds.");
            await using var batch = await Source.Changes.Next(reached, Patience, None);
            if (batch is null)
                continue;
            await told.Add(batch);
            Assert.True(
                batch.Reached > reached || batch is { Native: not null, KeyCount: 0 },
                $"Asked for more than {reached}, told up to {batch.Reached}.");
            reached = batch.Reached;
        }
        return told;
    }

    protected async Task<Position> Reached() => (await Target.Target.Reached(None))!.Value;

    /// <summary>Keys of the main stream, as a batch that the caller owns.</summary>
    protected RecordBatch Keys(params int[] numbers)
    {
        var batch = new RecordBatch(Main.Schema.KeyColumns.Count);
        foreach (var number in numbers)
            Harness.KeyOf(0, number).AppendTo(batch);
        return batch;
    }

    /// <summary>Both sides hold the same records in scope, read without the connector.</summary>
    protected async Task AssertMoved() => Assert.Equal(
        await Harness.Contents(Place.Source, Owner.Mine), await Harness.Contents(Place.Target, Owner.Mine));

    protected void SkipUnless(bool claimed, string what) =>
        Assert.SkipUnless(claimed, $"Not claimed by {Harness.GetType().Name}: {what}.");

    protected void NeedsNeighbours() => SkipUnless(Harness.HasNeighbours, "no two tenants share a place");

    protected void NeedsChildren() => SkipUnless(Harness.HasChildren, "no stream is scoped by another");
}
