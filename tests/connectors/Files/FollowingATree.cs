namespace Godwit.Tests.Connectors.Files;

public sealed class FollowingATree
{
    [Fact]
    public async Task Whatever_happened_is_there_after_a_drain()
    {
        await using var move = await TreeMove.Begin();
        move.From.Write("changed", "old");
        move.From.Write("removed", "x");
        move.From.Write("dir/kept", "x");
        move.From.Write("gone/deep/file", "x");
        move.From.Write("moved", "moved");
        await move.Copy();
        move.From.Write("changed", "new");
        move.From.Remove("removed");
        move.From.Remove("gone");
        move.From.Write("new/dir/file", "n");
        move.From.Rename("moved", "dir/moved");
        move.From.Mode("dir/kept", 0x180);
        move.From.Symlink("link", "changed");
        await move.Drain();
        await move.AssertEqual();
    }

    [Fact]
    public async Task A_drain_of_a_quiet_tree_ends_and_writes_nothing()
    {
        await using var move = await TreeMove.Begin();
        move.From.Write("file", "x");
        await move.Copy();
        await move.Drain();
        var reached = await TreeMove.Reached(move.Target);
        var outcome = await move.Drain();
        Assert.True(reached < await TreeMove.Reached(move.Target));
        Assert.Equal(0, outcome.Deleted);
        await move.AssertEqual();
    }

    [Theory]
    [InlineData("file", "directory")]
    [InlineData("file", "symlink")]
    [InlineData("directory", "file")]
    [InlineData("directory", "symlink")]
    [InlineData("symlink", "file")]
    [InlineData("symlink", "directory")]
    public async Task An_entry_may_become_one_of_another_kind(string before, string after)
    {
        await using var move = await TreeMove.Begin();
        Make(move.From, before);
        await move.Copy();
        move.From.Remove("entry");
        Make(move.From, after);
        await move.Drain();
        await move.AssertEqual();
        move.From.Remove("entry");
        Make(move.From, before);
        await move.Restart();
        await move.Prepare();
        await move.Drain();
        await move.AssertEqual();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_directories_that_change_places_bring_their_files(bool whileAway)
    {
        await using var move = await TreeMove.Begin();
        foreach (var name in (string[])["a", "b"])
        {
            move.From.Write($"{name}/x/same", $"content {name}");
            move.From.SetModified($"{name}/x/same", 1_000_000_000);
            move.From.SetModified($"{name}/x", 1_000_000_000);
        }
        await move.Copy();
        await move.Drain();
        if (whileAway)
            await move.Restart();
        move.From.Swap("a", "b");
        if (whileAway)
            await move.Prepare();
        await move.Drain();
        Assert.Equal("content b", move.To.Read("a/x/same"));
        await move.AssertEqual();
    }

    [Fact]
    public async Task A_renamed_directory_arrives_under_its_new_name_only()
    {
        await using var move = await TreeMove.Begin();
        for (var i = 0; i < 50; i++)
            move.From.Write($"old/sub{i % 5}/f{i}", $"{i}");
        await move.Copy();
        move.From.Rename("old", "new");
        await move.Drain();
        await move.AssertEqual();
        Assert.False(move.To.Has("old"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_directory_does_not_keep_what_lay_in_the_one_before(bool whileAway)
    {
        await using var move = await TreeMove.Begin();
        move.From.Write("dir/old", "x");
        move.From.Write("dir/sub/old", "x");
        move.From.Write("dir/sub/kept", "x");
        await move.Copy();
        await move.Drain();
        if (whileAway)
            await move.Restart();
        Directory.Move(move.From["dir"], move.From.Path + ".elsewhere");
        move.From.Write("dir/new", "x");
        move.From.Write("dir/sub/kept", "y");
        if (whileAway)
            await move.Prepare();
        await move.Drain();
        await move.AssertEqual();
    }

    [Fact]
    public async Task A_scan_tells_everything_below_a_directory_that_is_gone()
    {
        await using var move = await TreeMove.Begin();
        move.From.Write("dir/sub/file", "x");
        await move.Copy();
        await move.Restart();
        await move.Prepare();
        move.From.Remove("dir");
        Assert.Superset(new HashSet<string> { "dir", "dir/sub", "dir/sub/file" }, (await move.Drain()).Touched);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_with_a_forged_time_and_the_same_size_is_noticed(bool whileAway)
    {
        await using var move = await TreeMove.Begin();
        move.From.Write("file", "before");
        move.From.SetModified("file", 5_000_000_000);
        await move.Copy();
        await move.Drain();
        if (whileAway)
            await move.Restart();
        File.WriteAllText(move.From["file"], "after!");
        move.From.SetModified("file", 5_000_000_000);
        if (whileAway)
            await move.Prepare();
        await move.Drain();
        Assert.Equal("after!", move.To.Read("file"));
    }

    [Fact]
    public async Task Nothing_is_lost_while_many_write_into_new_directories()
    {
        await using var move = await TreeMove.Begin();
        await move.Copy();
        var writers = Enumerable.Range(0, 40).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 20; i++)
                move.From.Write($"w{writer}/b{i % 3}/c/f{i}", $"{writer} {i}");
        })).ToArray();
        while (!writers.All(one => one.IsCompleted))
            await move.Drain();
        await Task.WhenAll(writers);
        await move.Drain();
        await move.AssertEqual();
    }

    [Fact]
    public async Task However_many_events_come_nothing_is_lost()
    {
        await using var move = await TreeMove.Begin();
        await move.Copy();
        await move.Drain();
        // More than the kernel's queue holds, faster than they are read: whether events are lost or not, all arrives.
        Parallel.For(0, 4, writer =>
        {
            for (var i = 0; i < 12_000; i++)
            {
                var name = $"d{writer}/{i % 7}/f{i % 50}";
                move.From.Write(name, $"{i}");
                if (i % 3 == 0)
                    File.Delete(move.From[name]);
                if (i % 500 == 0)
                    Directory.Delete(move.From[$"d{writer}/{i % 7}"], recursive: true);
            }
        });
        await move.Drain();
        await move.AssertEqual();
    }

    [Fact]
    public async Task The_drain_behind_a_fence_is_proved_by_a_scan()
    {
        await using var move = await TreeMove.Begin();
        move.From.Write("file", "x");
        await move.Copy();
        await move.Drain();
        // At the target, so that no event tells of it: only who compares can find it.
        move.To.Write("file", "harmed");
        Assert.DoesNotContain("file", (await move.Drain()).Touched);
        await move.Source.Fence.Raise(TreeMove.Never);
        Assert.Contains("file", (await move.Drain()).Touched);
        await move.AssertEqual();
    }

    [Fact]
    public async Task A_hint_arrives_without_waiting_for_a_scan()
    {
        await using var move = await TreeMove.Begin();
        move.From.Write("dir/file", "x");
        await move.Copy();
        await move.Drain();
        var reached = await TreeMove.Reached(move.Target);
        move.From.Write("dir/new/file", "hinted");
        await Until.Holds("the new file is told by a hint", async () =>
        {
            await using var batch = await move.Source.Changes.Next(
                reached, TimeSpan.FromMilliseconds(100), TreeMove.Never);
            if (batch is null)
                return false;
            await move.Target.Target.Apply(batch, Core.Stores.ApplyReason.Following, TreeMove.Never);
            reached = batch.Reached;
            return move.To.Has("dir/new/file");
        });
        Assert.Equal("hinted", move.To.Read("dir/new/file"));
    }

    [Fact]
    public async Task A_hint_whose_batch_was_not_applied_is_told_again()
    {
        await using var move = await TreeMove.Begin();
        await move.Copy();
        await move.Drain();
        var reached = await TreeMove.Reached(move.Target);
        move.From.Write("file", "x");
        for (var round = 0; round < 3; round++)
        {
            await using var batch = await move.Source.Changes.Next(reached, TimeSpan.FromSeconds(20), TreeMove.Never);
            Assert.NotNull(batch);
            Assert.Contains("file", Enumerable.Range(0, batch.Touched[0].Keys.Count)
                .Select(i => System.Text.Encoding.UTF8.GetString(batch.Touched[0].Keys.BytesAt(i, 0))));
        }
    }

    [Fact]
    public async Task A_file_that_is_being_written_never_arrives_torn()
    {
        await using var move = await TreeMove.Begin();
        var versions = new byte[2][];
        for (var i = 0; i < 2; i++)
            versions[i] = Enumerable.Repeat((byte)('a' + i), 600_000).ToArray();
        File.WriteAllBytes(move.From["hot"], versions[0]);
        await move.Copy();
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                using var file = File.OpenWrite(move.From["hot"]);
                for (var part = 0; part < 6; part++)
                    file.Write(versions[i % 2], part * 100_000, 100_000);
            }
        });
        for (var i = 0; i < 5; i++)
            await move.Drain();
        await stop.CancelAsync();
        await writer;
        await move.Source.Fence.Raise(TreeMove.Never);
        await move.Drain();
        await move.AssertEqual();
        Assert.Equal(File.ReadAllBytes(move.From["hot"]), File.ReadAllBytes(move.To["hot"]));
    }

    private static void Make(Tree tree, string kind)
    {
        switch (kind)
        {
            case "file":
                tree.Write("entry", "a file");
                break;
            case "directory":
                tree.Write("entry/with/content", "x");
                tree.Write("entry/more", "y");
                break;
            default:
                tree.Symlink("entry", "with");
                break;
        }
    }
}
