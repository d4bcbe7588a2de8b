using Godwit.Connectors.Files;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Reading;
using Godwit.Connectors.Files.Writing;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.Files;

public sealed class GoingOnWithALargeFile
{
    private const long Size = (150L << 20) + 12_345;
    private const long Durable = 64L << 20;

    [Fact]
    public async Task A_copy_that_was_cut_off_goes_on_at_the_last_durable_byte()
    {
        await using var move = await CutOff();
        Assert.InRange(await Resumed(move), Durable, Size);
        await move.Restart();
        await move.Prepare();
        await move.Write((await move.Split(new ChunkSize(2_000, 1L << 40))).Single());
        await move.AssertEqual();
        Assert.Empty(Leftovers(move));
    }

    [Fact]
    public async Task A_copy_whose_source_was_written_since_begins_again()
    {
        await using var move = await CutOff();
        using (var file = File.OpenWrite(move.From["large"]))
            file.Write("changed"u8);
        Assert.Equal(0, await Resumed(move));
    }

    [Fact]
    public async Task A_copy_whose_beginning_was_harmed_begins_again()
    {
        await using var move = await CutOff();
        using (var file = File.OpenWrite(Assert.Single(Directory.GetFiles(move.To.Path, ".godwit-*"))))
        {
            file.Position = 1_000_000;
            file.Write("harm"u8);
        }
        Assert.Equal(0, await Resumed(move));
        await move.Restart();
        await move.Prepare();
        await move.Write((await move.Split(new ChunkSize(2_000, 1L << 40))).Single());
        await move.AssertEqual();
    }

    [Fact]
    public async Task Nothing_of_it_stays_when_Godwit_leaves()
    {
        await using var move = await CutOff();
        await move.Target.Target.Remove(TreeMove.Never);
        Assert.Empty(Directory.GetFileSystemEntries(move.To.Path));
    }

    [Fact]
    public async Task What_a_crash_left_of_small_files_is_swept_away_at_the_next_start()
    {
        await using var move = await CutOff();
        move.To.Write("dir/.godwit-0badcafe-0123456789abcdef", "left by a crash");
        move.To.Write("dir/.godwit-deadbeef-0123456789abcdef", "of another migration");
        await move.Restart();
        await move.Prepare();
        Assert.False(move.To.Has("dir/.godwit-0badcafe-0123456789abcdef"));
        Assert.True(move.To.Has("dir/.godwit-deadbeef-0123456789abcdef"));
        Assert.Single(Directory.GetFiles(move.To.Path, ".godwit-*"));
    }

    /// <summary>A move of one large file, cut off after its first durable part.</summary>
    private static async Task<TreeMove> CutOff()
    {
        var move = await TreeMove.Begin();
        var bytes = new byte[1 << 20];
        new Random(1).NextBytes(bytes);
        using (var file = File.Create(move.From["large"]))
        {
            for (var written = 0L; written < Size; written += bytes.Length)
                file.Write(bytes, 0, (int)Math.Min(bytes.Length, Size - written));
        }
        await move.Restart(bytesPerSecond: 35_000_000);
        await move.Prepare();
        using var cut = new CancellationTokenSource();
        var chunk = (await move.Split(new ChunkSize(2_000, 1L << 40))).Single();
        await using (var read = await move.Source.Snapshot.Read(move.Stream, chunk.Range, TreeMove.Never))
        {
            var writing = move.Target.Target.WriteChunk(move.Stream, chunk, read, cut.Token);
            await Until.Holds(
                "a part of the large file is durable",
                () => Directory.GetFiles(move.To["_godwit_0badcafe"], "part-*").Any(one => !one.EndsWith('~')));
            await cut.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        }
        Assert.False(move.To.Has("large"));
        return move;
    }

    private static async Task<long> Resumed(TreeMove move)
    {
        using var session = new FilesSession(TreeMove.Opening(move.To, move.From));
        using var source = new FilesSession(TreeMove.Opening(move.From, move.To));
        using var contents = new TreeContents(source.Root(), null);
        await using var content = contents.Open("large"u8)!;
        var partial = new PartialCopy(session, "large"u8.ToArray(), content);
        var file = partial.Open(session.Root().Number);
        Assert.True(await partial.Copy(file, TreeMove.Never));
        Posix.Close(file);
        return partial.Resumed;
    }

    private static string[] Leftovers(TreeMove move) =>
        [.. Directory.GetFiles(move.To.Path, ".godwit-*"),
            .. Directory.GetFiles(move.To["_godwit_0badcafe"], "part-*")];
}
