using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.Files;

public sealed class GuardingATree
{
    private const int Many = 150;

    [Fact]
    public async Task An_emptied_source_deletes_nothing()
    {
        await using var move = await Copied(20);
        foreach (var entry in Directory.GetFileSystemEntries(move.From.Path))
            move.From.Remove(Path.GetFileName(entry));
        await Refuses(move, "GW-FIL-015");
        Assert.True(move.To.Has("f19"));
    }

    [Fact]
    public async Task A_source_that_lost_more_than_half_deletes_nothing_until_it_is_allowed()
    {
        await using var move = await Copied(Many * 2);
        for (var i = 0; i < Many + 10; i++)
            move.From.Remove($"f{i}");
        await Refuses(move, "GW-FIL-015");
        Assert.True(move.To.Has("f0"));
        File.WriteAllText(move.To["_godwit_0badcafe/allow-deletes"], "");
        await move.Drain();
        await move.AssertEqual();
        Assert.False(move.To.Has("_godwit_0badcafe/allow-deletes"));
    }

    [Fact]
    public async Task Deletions_that_come_little_by_little_are_stopped_too()
    {
        await using var move = await Copied(Many * 2);
        await move.Drain();
        await Assert.ThrowsAsync<GodwitException>(async () =>
        {
            for (var i = 0; i < Many * 2; i++)
            {
                move.From.Remove($"f{i}");
                if (i % 40 == 39)
                    await ApplyHints(move);
            }
        });
        Assert.True(move.To.Has("f299"));
    }

    [Fact]
    public async Task Files_that_come_and_go_all_the_time_are_no_loss()
    {
        await using var move = await Copied(20);
        await move.Drain();
        for (var i = 0; i < Many * 2; i++)
        {
            move.From.Write($"passing{i}", "x");
            move.From.Remove($"passing{i}");
            if (i % 40 != 39)
                continue;
            move.From.Remove($"f{i / 40}");
            await move.Drain();
        }
        // The first marker behind a fence is reached by a scan.
        await move.Source.Fence.Raise(TreeMove.Never);
        await move.Drain();
        await move.AssertEqual();
    }

    [Fact]
    public async Task A_replaced_root_deletes_nothing()
    {
        await using var move = await Copied(3);
        Directory.Move(move.From.Path, move.From.Path + ".away");
        await Refuses(move, "GW-FIL-014");
        Directory.CreateDirectory(move.From.Path);
        await Refuses(move, "GW-FIL-014");
        Directory.Delete(move.From.Path);
        Directory.Move(move.From.Path + ".away", move.From.Path);
        await move.Drain();
        await move.AssertEqual();
    }

    [Fact]
    public async Task A_source_that_is_missing_after_a_restart_deletes_nothing()
    {
        await using var move = await Copied(3);
        Directory.Move(move.From.Path, move.From.Path + ".away");
        await move.Restart();
        await Refuses(move, "GW-FIL-002");
        Assert.True(move.To.Has("f1"));
    }

    [Fact]
    public async Task A_full_disk_pauses_and_the_copy_goes_on_when_there_is_space()
    {
        Assert.SkipUnless(Tree.IsRoot, "Only root can mount a small file system.");
        var place = Directory.CreateTempSubdirectory("godwit-small-").FullName;
        Tree.Run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place);
        try
        {
            await using var move = await TreeMove.Begin(place);
            await using var other = await TreeMove.Begin();
            // The source lies elsewhere: only the target is small.
            for (var i = 0; i < 8; i++)
                other.From.Write($"f{i}", new string('x', 500_000));
            var small = new TreeMoveTo(other, move.To);
            await small.Begin();
            var problem = (await Assert.ThrowsAsync<GodwitException>(small.Copy)).Problem;
            Assert.Equal(("GW-FIL-005", Recovery.Pause), (problem.Code, problem.Recovery));
            Assert.Empty(Directory.GetFiles(move.To.Path, ".godwit-*"));
            Tree.Run("mount", "-o", "remount,size=20m", place);
            await small.Copy();
            Assert.Equal(await other.Digest(other.Source), await small.Digest());
            await small.DisposeAsync();
        }
        finally
        {
            Tree.Run("umount", "-l", place);
        }
    }

    private static async Task<TreeMove> Copied(int files)
    {
        var move = await TreeMove.Begin();
        for (var i = 0; i < files; i++)
            move.From.Write($"f{i}", $"{i}");
        await move.Copy();
        return move;
    }

    private static async Task ApplyHints(TreeMove move)
    {
        var reached = await TreeMove.Reached(move.Target);
        await using var batch = await move.Source.Changes.Next(reached, TimeSpan.FromSeconds(20), TreeMove.Never);
        await move.Target.Target.Apply(batch!, ApplyReason.Following, TreeMove.Never);
    }

    private static async Task Refuses(TreeMove move, string code)
    {
        var failure = await Assert.ThrowsAsync<GodwitException>(async () =>
        {
            await move.Prepare();
            await move.Drain();
        });
        Assert.Equal((code, Recovery.Pause), (failure.Problem.Code, failure.Problem.Recovery));
    }
}
