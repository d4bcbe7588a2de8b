using Godwit.Core.Digests;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.Sqlite;

/// <summary>The steps that the engine takes, one by one.</summary>
internal sealed class Move(IStore from, IStore to, IReadOnlyList<ScopedStream> streams, SchemaModel model)
{
    private static CancellationToken None => CancellationToken.None;

    internal IStore From => from;

    internal IStore To => to;

    internal IReadOnlyList<ScopedStream> Streams => streams;

    internal SchemaModel Model => model;

    internal static async Task<Move> Prepare(
        IStore from, IStore to, Func<IReadOnlyList<StreamSchema>, IReadOnlyList<ScopedStream>> scope)
    {
        var streams = scope((await from.Catalog.Read(None)).Streams);
        var model = await from.Catalog.Model(streams, None);
        await from.Changes.Prepare(streams, None);
        await from.Fence.Prepare(streams, None);
        await to.Target.Prepare(streams, model, None);
        return new Move(from, to, streams, model);
    }

    /// <summary>The two ways in which a chunk can come.</summary>
    internal enum By
    {
        SqliteItself,
        Records,
    }

    internal ScopedStream Stream(string name) => streams.First(one => one.Schema.Name == name);

    /// <summary>Copies everything in chunks of a few records, and starts to follow from where the first read
    /// was.</summary>
    internal async Task Copy(long records = 100, By by = By.SqliteItself)
    {
        Position? start = null;
        foreach (var stream in streams)
        {
            await foreach (var chunk in from.Snapshot.Split(stream, new ChunkSize(records, 1 << 20), None))
            {
                var done = await CopyChunk(stream, chunk, by);
                start ??= done.Visibility.SeenThrough;
            }
        }
        await to.Target.FinishCopy(streams, model, None);
        await to.Target.StartAt(start!.Value, None);
    }

    internal async Task<ChunkDone> CopyChunk(ScopedStream stream, Chunk chunk, By by = By.SqliteItself)
    {
        await using var read = await from.Snapshot.Read(stream, chunk.Range, None);
        return await to.Target.WriteChunk(stream, chunk, by == By.SqliteItself ? read : new PlainRead(read), None);
    }

    /// <summary>Applies what has changed since; does nothing when there is nothing.</summary>
    /// <returns>How many keys were touched.</returns>
    internal async Task<long> Follow()
    {
        var reached = await to.Target.Reached(None);
        var batch = await from.Changes.Next(reached!.Value, TimeSpan.Zero, None);
        if (batch is null)
            return 0;
        await using (batch)
        {
            await to.Target.Apply(batch, ApplyReason.Following, None);
            return batch.KeyCount;
        }
    }

    /// <summary>Both sides as the verifier sees them.</summary>
    internal async Task AssertEqual()
    {
        foreach (var stream in streams)
        {
            var (left, right) = (await Digest(from, stream), await Digest(to, stream));
            Assert.True(left == right, $"{stream}: {left} at the source, {right} at the target");
        }
    }

    internal static Task<RangeDigest> Digest(IStore store, ScopedStream stream) =>
        store.Digest.Digest(stream, KeyRange.All, None);
}
