using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.Files;

public sealed class WritingChunksSideBySide
{
    [Fact]
    public async Task A_directory_that_two_chunks_write_into_gets_what_its_record_says()
    {
        await using var move = await TreeMove.Begin();
        for (var i = 0; i < 800; i++)
            move.From.Write($"many/{i:0000}", "");
        move.From.Mode("many", 0x1e8);
        move.From.SetModified("many", 1_234_567_890_123_456_789);
        await move.Prepare();
        var chunks = await move.Split(new ChunkSize(400, long.MaxValue >> 8));

        var (first, second) = (new SlowRead(await Read(move, chunks[0])), new SlowRead(await Read(move, chunks[1])));
        var writingFirst = move.Target.Target.WriteChunk(move.Stream, chunks[0], first, TreeMove.Never);
        await Until.Holds("the first chunk has made the directory", () => move.To.Has("many/0000"));
        var writingSecond = move.Target.Target.WriteChunk(move.Stream, chunks[1], second, TreeMove.Never);
        await Until.Holds("the second chunk writes into it", () => move.To.Has("many/0500"));
        first.GoOn();
        await writingFirst;
        second.GoOn();
        await writingSecond;
        foreach (var chunk in chunks.Skip(2))
            await move.Write(chunk);

        await first.DisposeAsync();
        await second.DisposeAsync();
        await move.AssertEqual();
        Assert.Equal(1_234_567_890_123_456_789, move.To.Status("many").Modified);
    }

    private static async Task<IChunkRead> Read(TreeMove move, Chunk chunk) =>
        await move.Source.Snapshot.Read(move.Stream, chunk.Range, TreeMove.Never);

    /// <summary>Waits after the first batch until it is told to go on.</summary>
    private sealed class SlowRead(IChunkRead read) : IChunkRead
    {
        private readonly TaskCompletionSource _gate = new();

        public Visibility Visibility => read.Visibility;

        public void GoOn() => _gate.SetResult();

        public async IAsyncEnumerable<RecordBatch> Batches(
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
        {
            await foreach (var batch in read.Batches(cancellation))
            {
                yield return batch;
                await _gate.Task;
            }
        }

        public ValueTask DisposeAsync() => read.DisposeAsync();
    }
}
