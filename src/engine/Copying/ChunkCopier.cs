using Godwit.Core.Positions;
using Godwit.Core.Stores;
using Godwit.Engine.Journal;
using Godwit.Engine.Planning;
using Godwit.Engine.Recovering;

namespace Godwit.Engine.Copying;

/// <summary>Copies the chunks of one move that the target does not hold yet, several at a time.</summary>
/// <remarks>
/// Invariant: what is done is said by the target's ledger, which a chunk enters together with its records. So the copy
/// may die anywhere and go on with the chunks that are left; each of them carries its own visibility, and no snapshot
/// has to survive.
/// </remarks>
internal sealed class ChunkCopier(
    Lane lane, int parallel, Recoverer recoverer, MigrationJournal journal, CopyTally tally, Action progress)
{
    /// <summary>Copies what is left.</summary>
    /// <returns>The position from which following has to start: nothing at or before it is missing in any
    /// chunk.</returns>
    internal async Task<Position?> Copy(CancellationToken cancellation)
    {
        var done = await recoverer.Do(token => lane.Ports.To.Target.Done(token), cancellation);
        var known = done.ToDictionary(one => (one.Stream, one.Index));
        foreach (var one in done)
            tally.Add(one);
        progress();

        // Large streams first: the small ones fill the gaps at the end.
        var left = new Queue<Chunk>(lane.Chunks
            .Where(one => !known.ContainsKey((one.Stream, one.Index)))
            .GroupBy(one => one.Stream)
            .OrderByDescending(stream => stream.Sum(one => one.Bytes))
            .SelectMany(stream => stream));
        var seen = done.Select(one => one.Visibility).ToList();
        await Work(left, seen, cancellation);
        return seen.Count == 0 ? null : seen.Select(one => one.SeenThrough).Min();
    }

    private Task Work(Queue<Chunk> left, List<Visibility> seen, CancellationToken cancellation)
    {
        async Task Worker(CancellationToken token)
        {
            while (left.TryDequeue(out var chunk))
                seen.Add((await CopyChunk(chunk, token)).Visibility);
        }
        return WorkGroup.Together(Enumerable.Repeat<Func<CancellationToken, Task>>(Worker, parallel), cancellation);
    }

    private async Task<ChunkDone> CopyChunk(Chunk chunk, CancellationToken cancellation)
    {
        var stream = lane.Streams[chunk.Stream];
        var done = await recoverer.Do(
            async token =>
            {
                await using var read = await lane.Ports.From.Snapshot.Read(stream, chunk.Range, token);
                return await lane.Ports.To.Target.WriteChunk(stream, chunk, read, token);
            },
            cancellation);
        tally.Add(done);
        progress();
        await recoverer.Do(
            token => journal.Append(
                FactKind.ChunkDone,
                new ChunkDoneFact(
                    lane.Number, done.Stream, done.Index, done.Visibility.ToString(), done.Records, done.Bytes),
                token),
            cancellation);
        return done;
    }
}
