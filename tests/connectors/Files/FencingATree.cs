using Godwit.Connectors.Files;
using Godwit.Core.Changes;
using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.Files;

public sealed class FencingATree
{
    [Fact]
    public async Task A_late_write_is_told_once_and_brought_over()
    {
        await using var move = await HandedOver();
        Assert.Null(await move.Source.Fence.LateWrites(TreeMove.Never));
        move.From.Write("late", "too late");
        move.From.Write("fresh/late", "too late too");
        await using (var late = await move.Source.Fence.LateWrites(TreeMove.Never))
        {
            Assert.NotNull(late);
            Assert.Equal(["fresh", "fresh/late", "late"], Paths(late));
            await move.Target.Target.Apply(late, ApplyReason.LateWrite, TreeMove.Never);
        }
        Assert.Equal("too late", move.To.Read("late"));
        Assert.Null(await move.Source.Fence.LateWrites(TreeMove.Never));
        await move.Restart();
        await Prepare(move);
        Assert.Null(await move.Source.Fence.LateWrites(TreeMove.Never));
    }

    [Fact]
    public async Task What_the_way_back_writes_is_no_late_write()
    {
        await using var move = await HandedOver();
        move.To.Write("file", "new at the new place");
        move.To.Write("another/file", "x");
        await TreeMove.Drain(move.Target, move.Source);
        Assert.Equal("new at the new place", move.From.Read("file"));
        Assert.Null(await move.Source.Fence.LateWrites(TreeMove.Never));

        // And when the new place goes on, a restart still knows whose write it was.
        move.To.Write("file", "newer");
        move.To.Remove("another");
        await move.Restart();
        await Prepare(move);
        Assert.Null(await move.Source.Fence.LateWrites(TreeMove.Never));
    }

    [Fact]
    public async Task A_late_version_goes_beside_a_record_that_changed_at_the_new_place()
    {
        await using var move = await HandedOver();
        move.To.Write("file", "written by the new place");
        move.From.Write("file", "late");
        await using (var late = await move.Source.Fence.LateWrites(TreeMove.Never))
        {
            await move.Target.Target.Apply(late!, ApplyReason.LateWrite, TreeMove.Never);
            await move.Target.Target.Apply(late!, ApplyReason.LateWrite, TreeMove.Never);
        }
        Assert.Equal("written by the new place", move.To.Read("file"));
        Assert.Equal("late", move.To.Read("file.godwit-late-1"));
        Assert.False(move.To.Has("file.godwit-late-2"));
    }

    [Fact]
    public async Task The_way_back_does_not_wipe_out_a_late_write_that_was_not_told_yet()
    {
        await using var move = await HandedOver();
        move.From.Write("file", "late");
        move.From.Write("dir/new", "late");
        move.To.Write("file", "newer");
        move.To.Remove("dir");
        var failure = await Assert.ThrowsAsync<GodwitException>(() => TreeMove.Drain(move.Target, move.Source));
        Assert.Equal(("GW-FIL-025", Recovery.Retry), (failure.Problem.Code, failure.Problem.Recovery));
        Assert.Equal("late", move.From.Read("file"));
        Assert.Equal("late", move.From.Read("dir/new"));
        Assert.False(move.From.Has("dir/old"));

        await using (var late = await move.Source.Fence.LateWrites(TreeMove.Never))
            await move.Target.Target.Apply(late!, ApplyReason.LateWrite, TreeMove.Never);
        Assert.Equal("late", move.To.Read("file.godwit-late-1"));
        Assert.Equal("late", move.To.Read("dir/new"));
        await TreeMove.Drain(move.Target, move.Source);
        await move.AssertEqual();
    }

    [Fact]
    public async Task A_write_before_the_drain_is_not_late()
    {
        await using var move = await TreeMove.Begin();
        move.From.Write("file", "x");
        await move.Copy();
        await Prepare(move);
        await move.Source.Fence.Raise(TreeMove.Never);
        move.From.Write("in flight", "when the fence went up");
        await move.Drain();
        move.To.Write("in flight", "already changed at the new place");
        Assert.Null(await move.Source.Fence.LateWrites(TreeMove.Never));
    }

    [Fact]
    public async Task A_lowered_fence_finds_nothing_late_and_leaves_nothing_behind()
    {
        await using var move = await HandedOver();
        move.From.Write("late", "x");
        await move.Source.Fence.Lower(TreeMove.Never);
        await move.Source.Fence.Lower(TreeMove.Never);
        Assert.Null(await move.Source.Fence.LateWrites(TreeMove.Never));
        foreach (var store in (IStore[])[move.Source, move.Target])
        {
            await store.Fence.Remove(TreeMove.Never);
            await store.Changes.Remove(TreeMove.Never);
            await store.Target.Remove(TreeMove.Never);
        }
        Assert.Empty(Directory.GetFileSystemEntries(move.From.Path, "*godwit*"));
        Assert.Empty(Directory.GetFileSystemEntries(move.To.Path, "*godwit*"));
    }

    /// <summary>Copied, drained, and traffic at the new place.</summary>
    private static async Task<TreeMove> HandedOver()
    {
        var move = await TreeMove.Begin();
        move.From.Write("file", "old");
        move.From.Write("dir/old", "x");
        await move.Copy();
        await Prepare(move);
        await move.Source.Fence.Raise(TreeMove.Never);
        await move.Drain();
        await move.Source.Target.StartAt(await move.Target.Changes.Mark(TreeMove.Never), TreeMove.Never);
        // Stamps of files are coarse: what comes now is newer by more than that.
        var armed = FilesSession.Now().Offset;
        await Until.Holds("the file clock has moved", () => FilesSession.Now().Offset > armed + 50_000_000);
        return move;
    }

    private static async Task Prepare(TreeMove move)
    {
        await move.Prepare();
        await move.Prepare(move.Target, move.Source);
    }

    private static List<string> Paths(ChangeBatch batch) =>
        [.. Enumerable.Range(0, batch.Touched[0].Keys.Count)
            .Select(i => FilesProblems.Name(batch.Touched[0].Keys.BytesAt(i, 0)))];
}
