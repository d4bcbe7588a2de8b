using Godwit.Connectors.Files.Kernel;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.Files;

public sealed class MovingATree
{
    [Fact]
    public async Task A_tree_arrives_with_everything_that_belongs_to_it()
    {
        await using var move = await TreeMove.Begin();
        move.From.Write("a.txt", "hello");
        move.From.Write("empty", "");
        move.From.Directory("no/thing/here");
        move.From.Write("no/b", new string('x', 3_000_000));
        move.From.Symlink("no/link", "../a.txt");
        move.From.Symlink("dangling", "/nowhere/at all");
        move.From.Mode("a.txt", 0x9a4);
        move.From.Mode("no", 0x5ed);
        move.From.SetModified("a.txt", 1_234_567_890_123_456_789);
        move.From.SetModified("dangling", -1_500_000_001);
        await move.Copy();
        await move.AssertEqual();
        Assert.Equal(1_234_567_890_123_456_789, move.To.Status("a.txt").Modified);
        Assert.Equal(-1_500_000_001, move.To.Status("dangling").Modified);
    }

    [Fact]
    public async Task Names_are_bytes_and_arrive_as_they_are()
    {
        await using var move = await TreeMove.Begin();
        byte[][] names =
        [
            [0xff, 0xfe], [(byte)'a', 0x80, (byte)'b'], "\x1b[2J"u8.ToArray(), "line\nbreak"u8.ToArray(),
            " leading and trailing "u8.ToArray(), "-rf"u8.ToArray(), "$(reboot)"u8.ToArray(), "..."u8.ToArray(),
            [.. Enumerable.Repeat((byte)'n', 255)], "back\\slash"u8.ToArray(),
        ];
        foreach (var name in names)
            move.From.WriteRaw(name, "content of " + Convert.ToHexString(name));
        await move.Copy();
        await move.AssertEqual();
        move.From.WriteRaw([0xff, 0xfe], "changed");
        await move.Drain();
        await move.AssertEqual();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task Chunks_of_any_size_cover_every_path_once(int size)
    {
        await using var move = await TreeMove.Begin();
        string[] names = ["a/in", "a.b", "a b/x", "b/c/d/e", "b/c/d.e", "b/c.d/e", "b-c", "z/z/z/z/z", "b/c/d0"];
        foreach (var name in names)
            move.From.Write(name, name);
        await move.Copy(new ChunkSize(size, long.MaxValue >> 8));
        await move.AssertEqual();
        var total = (await move.Digest(move.Source)).Count;
        var sum = 0L;
        foreach (var chunk in await move.Split(new ChunkSize(size, long.MaxValue >> 8)))
            sum += (await move.Source.Digest.Digest(move.Stream, chunk.Range, TreeMove.Never)).Count;
        Assert.Equal(total, sum);
    }

    [Fact]
    public async Task A_range_begins_and_ends_where_its_keys_say_even_when_they_are_gone()
    {
        await using var move = await TreeMove.Begin();
        foreach (var name in (string[])["a/1", "a/3", "b/1", "c"])
            move.From.Write(name, name);
        await move.Prepare();
        using var from = TreeMove.Keys("a/2");
        using var to = TreeMove.Keys("b/0/never");
        var range = new KeyRange(Key.Of(from, 0), Key.Of(to, 0));
        using var list = await move.Source.Digest.List(move.Stream, range, TreeMove.Never);
        Assert.Equal(["a/3", "b"], Paths(list.Keys));
        await using var read = await move.Source.Snapshot.Read(move.Stream, range, TreeMove.Never);
        var paths = new List<string>();
        await foreach (var batch in read.Batches(TreeMove.Never))
        {
            paths.AddRange(Paths(batch));
            batch.Dispose();
        }
        Assert.Equal(["a/3", "b"], paths);
    }

    [Fact]
    public async Task Holes_stay_holes()
    {
        await using var move = await TreeMove.Begin();
        using (var file = File.Create(move.From["sparse"]))
        {
            file.SetLength(200 << 20);
            file.Position = 50 << 20;
            file.Write(new byte[5000]);
            file.Position = 100 << 20;
            file.Write("data"u8);
        }
        using (var file = File.Create(move.From["only a hole"]))
            file.SetLength(10 << 20);
        await move.Copy();
        await move.AssertEqual();
        Assert.True(move.To.Status("sparse").Blocks <= move.From.Status("sparse").Blocks + 16);
        Assert.Equal(200 << 20, move.To.Status("sparse").Size);
        Assert.True(move.To.Status("only a hole").Blocks < 64);
    }

    [Fact]
    public async Task Names_of_one_file_stay_names_of_one_file()
    {
        await using var move = await TreeMove.Begin();
        move.From.Write("b/first", "shared");
        move.From.HardLink("b/second", "b/first");
        move.From.Directory("a");
        move.From.HardLink("a/earlier", "b/first");
        move.From.Write("alone", "shared");
        await move.Copy(new ChunkSize(1, 1 << 20));
        await move.AssertEqual();
        Assert.Equal(move.To.Status("a/earlier").Identity, move.To.Status("b/second").Identity);

        File.WriteAllText(move.From["b/second"], "written through one of the names");
        await move.Drain();
        await move.AssertEqual();
        Assert.Equal(3u, move.To.Status("a/earlier").Links);

        move.From.Remove("a/earlier");
        await move.Drain();
        await move.AssertEqual();
        Assert.Equal(2u, move.To.Status("b/first").Links);

        move.From.Remove("b/second");
        move.From.Write("b/second", "written through one of the names");
        await move.Drain();
        await move.AssertEqual();
        Assert.NotEqual(move.To.Status("b/first").Identity, move.To.Status("b/second").Identity);
    }

    [Fact]
    public async Task A_file_keeps_its_names_when_a_directory_with_one_of_them_moves_away_and_back()
    {
        await using var move = await TreeMove.Begin();
        move.From.Write("dir/first", "shared");
        move.From.HardLink("second", "dir/first");
        await move.Copy();
        await move.Drain();
        move.From.Rename("dir", "away");
        await move.Drain();
        await move.AssertEqual();
        move.From.Rename("away", "dir");
        await move.Drain();
        await move.AssertEqual();
        Assert.Equal(move.To.Status("dir/first").Identity, move.To.Status("second").Identity);
    }

    [Fact]
    public async Task Extended_attributes_arrive_and_go()
    {
        await using var move = await TreeMove.Begin();
        move.From.Write("file", "x");
        move.From.Directory("dir");
        Attribute(move.From["file"], "user.colour", "green");
        Attribute(move.From["dir"], "user.empty", "");
        await move.Copy();
        await move.AssertEqual();
        Assert.Contains("user.colour=\"green\"", Tree.Run("getfattr", "-d", move.To["file"]));

        Tree.Run("setfattr", "-x", "user.colour", move.From["file"]);
        Attribute(move.From["file"], "user.size", "large");
        await move.Drain();
        await move.AssertEqual();
        Assert.DoesNotContain("colour", Tree.Run("getfattr", "-d", move.To["file"]));
    }

    [Fact]
    public async Task A_deep_tree_arrives()
    {
        await using var move = await TreeMove.Begin();
        var directory = Posix.Open(Posix.WorkingDirectory, Tree.Bytes(move.From.Path), OpenFlags.HeldDirectory);
        for (var depth = 0; depth < 1_500; depth++)
        {
            Assert.True(Posix.MakeDirectory(directory, "directory"u8, 0x1ed) >= 0);
            var next = Posix.Open(directory, "directory"u8, OpenFlags.HeldDirectory);
            Posix.Close(directory);
            directory = next;
        }
        Posix.Close(Posix.Open(directory, "leaf"u8, OpenFlags.NewFile, 0x1a4));
        Posix.Close(directory);
        await move.Copy();
        Assert.Equal(await move.Digest(move.Source), await move.Digest(move.Target));
        Assert.Equal(1_502, (await move.Digest(move.Target)).Count);
        Assert.Equal(0, (await move.Drain()).Written);
    }

    [Fact]
    public async Task What_is_done_is_known_after_a_restart()
    {
        await using var move = await TreeMove.Begin();
        for (var i = 0; i < 30; i++)
            move.From.Write($"f{i}", $"{i}");
        await move.Prepare();
        var chunks = await move.Split(new ChunkSize(10, 1 << 20));
        Assert.Null(await move.Target.Target.Reached(TreeMove.Never));
        var first = await move.Write(chunks[0]);
        await move.Write(chunks[2]);
        await move.Restart();
        await move.Prepare();
        var done = await move.Target.Target.Done(TreeMove.Never);
        Assert.Equal([0, 2], done.Select(one => one.Index).Order());
        Assert.Equal(first.Visibility.ToString(), done.Single(one => one.Index == 0).Visibility.ToString());
        foreach (var chunk in chunks.Where(one => done.All(known => known.Index != one.Index)))
            await move.Write(chunk);
        await move.AssertEqual();
    }

    [Fact]
    public async Task A_chunk_that_is_written_again_takes_away_what_the_source_lost_in_between()
    {
        await using var move = await TreeMove.Begin();
        move.From.Write("stays", "1");
        move.From.Write("goes/away", "2");
        await move.Prepare();
        var chunk = (await move.Split()).Single();
        await move.Write(chunk);
        move.From.Remove("goes");
        await move.Restart();
        await move.Prepare();
        await move.Write(chunk);
        await move.AssertEqual();
    }

    private static void Attribute(string path, string name, string value) =>
        Tree.Run("setfattr", "-n", name, "-v", value, path);

    private static List<string> Paths(RecordBatch batch) =>
        [.. Enumerable.Range(0, batch.Count).Select(i => System.Text.Encoding.UTF8.GetString(batch.BytesAt(i, 0)))];
}
