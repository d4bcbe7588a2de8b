using Godwit.Core.Digests;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Bench.Micro;

/// <summary>What the engine asks of two connectors for a copy and its proof, leg by leg.</summary>
internal sealed class Copy(IStore source, IStore target, Legs legs)
{
    private const int Shown = 10;

    internal async Task Run(CancellationToken cancellation)
    {
        var catalog = await legs.Take("read catalog", () => source.Catalog.Read(cancellation));
        ScopedStream[] streams = [.. catalog.Streams.Select((one, number) => ScopedStream.Everything(number, one))];
        await legs.Take("count", () => Count(streams, cancellation));
        var chunks = await legs.Take("split", () => Split(streams, cancellation));
        await legs.Take("prepare source", () => source.Changes.Prepare(streams, cancellation));
        var model = await source.Catalog.Model(streams, cancellation);
        await legs.Take("prepare target", () => target.Target.Prepare(streams, model, cancellation));
        await legs.Take($"copy {chunks.Count} chunks", () => CopyAll(streams, chunks, cancellation));
        await legs.Take("finish copy", () => target.Target.FinishCopy(streams, model, cancellation));
        var here = await legs.Take("digest source", () => Digest(source, streams, chunks, cancellation));
        var there = await legs.Take("digest target", () => Digest(target, streams, chunks, cancellation));
        if (here == there)
            return;
        var keys = await FindDifferent(streams, cancellation);
        throw new InvalidOperationException($"Differs at {keys.Count} keys: {string.Join(", ", keys.Take(Shown))}.");
    }

    private async Task<List<string>> FindDifferent(ScopedStream[] streams, CancellationToken cancellation)
    {
        var found = new List<string>();
        foreach (var stream in streams)
        {
            var (here, there) = (await List(source, stream, cancellation), await List(target, stream, cancellation));
            found.AddRange(here.Except(there).Concat(there.Except(here)).Select(one => one.Key).Distinct());
        }
        return found;
    }

    private static async Task<List<(string Key, ulong Digest)>> List(
        IStore store, ScopedStream stream, CancellationToken cancellation)
    {
        using var list = await store.Digest.List(stream, KeyRange.All, cancellation);
        return [.. list.Digests.Select((digest, i) => (Key.Of(list.Keys, i).ToString(), digest))];
    }

    private async Task Count(ScopedStream[] streams, CancellationToken cancellation)
    {
        foreach (var stream in streams)
            _ = await source.Catalog.Count(stream, cancellation);
    }

    private async Task<List<Chunk>> Split(ScopedStream[] streams, CancellationToken cancellation)
    {
        var (one, other) = (source.Abilities.ChunkSize, target.Abilities.ChunkSize);
        var size = new ChunkSize(Math.Min(one.Records, other.Records), Math.Min(one.Bytes, other.Bytes));
        var chunks = new List<Chunk>();
        foreach (var stream in streams)
        {
            await foreach (var chunk in source.Snapshot.Split(stream, size, cancellation))
                chunks.Add(chunk);
        }
        return chunks;
    }

    private async Task CopyAll(ScopedStream[] streams, List<Chunk> chunks, CancellationToken cancellation)
    {
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = target.Abilities.Writers,
            CancellationToken = cancellation,
        };
        await Parallel.ForEachAsync(chunks, options, async (chunk, token) =>
        {
            var stream = streams[chunk.Stream];
            await using var read = await source.Snapshot.Read(stream, chunk.Range, token);
            await target.Target.WriteChunk(stream, chunk, read, token);
        });
    }

    private static async Task<RangeDigest> Digest(
        IStore store, ScopedStream[] streams, List<Chunk> chunks, CancellationToken cancellation)
    {
        var sum = default(RangeDigest);
        foreach (var chunk in chunks)
            sum += await store.Digest.Digest(streams[chunk.Stream], chunk.Range, cancellation);
        return sum;
    }
}
