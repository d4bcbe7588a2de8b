using Godwit.Connectors.Files.Fencing;
using Godwit.Connectors.Files.Following;
using Godwit.Connectors.Files.Kernel;
using Godwit.Tests.Connectors.Kit;

namespace Godwit.Tests.Connectors.Files;

public sealed class LeavingABusyFileAlone
{
    private static readonly byte[] Busy = "busy"u8.ToArray();

    private readonly HandClock _clock = new();
    private readonly HotFiles _hot;

    public LeavingABusyFileAlone() => _hot = new HotFiles(_clock);

    [Fact]
    public void The_first_torn_copy_is_tried_again_at_once()
    {
        _hot.Torn(Busy);
        Assert.False(_hot.IsWaiting(Busy));
        Assert.Equal(TimeSpan.MaxValue, _hot.UntilNext);
    }

    [Fact]
    public void Each_time_it_is_left_alone_for_longer_and_never_for_more_than_half_a_minute()
    {
        var pauses = new List<double>();
        _hot.Torn(Busy);
        for (var i = 0; i < 9; i++)
        {
            _hot.Torn(Busy);
            Assert.True(_hot.IsWaiting(Busy));
            Assert.Empty(_hot.Release(_ => false));
            pauses.Add(_hot.UntilNext.TotalSeconds);
            _clock.Advance(_hot.UntilNext);
            Assert.Equal(Busy, Assert.Single(_hot.Release(_ => false)));
            Assert.False(_hot.IsWaiting(Busy));
        }
        Assert.Equal([0.5, 1, 2, 4, 8, 16, 30, 30, 30], pauses);
    }

    [Fact]
    public void A_file_that_was_still_for_long_starts_anew()
    {
        _hot.Torn(Busy);
        _hot.Torn(Busy);
        _clock.Advance(TimeSpan.FromMinutes(2));
        _hot.Release(_ => false);
        _hot.Torn(Busy);
        Assert.False(_hot.IsWaiting(Busy));
    }

    [Fact]
    public void What_is_still_enough_does_not_wait()
    {
        _hot.Torn(Busy);
        _hot.Torn(Busy);
        Assert.Equal(Busy, Assert.Single(_hot.Release(_ => true)));
    }

    [Fact]
    public async Task A_drain_tells_the_key_of_a_file_written_to_since_without_a_record_until_the_fence_is_up()
    {
        await using var move = await BusyMove();
        var mark = await move.Source.Changes.Mark(TreeMove.Never);
        // Files are stamped with the latest tick of the clock, which may be one before the marker.
        var late = (long)mark.Offset + (FenceState.Tick.Ticks * TimeSpan.NanosecondsPerTick);
        SpinWait.SpinUntil(() => Posix.FileClock() > late);
        move.From.Write("busy", "third");
        var outcome = await TreeMove.DrainTo(mark, move.Source, move.Target);
        Assert.Contains("busy", outcome.Touched);
        Assert.Equal(("first", "second"), (move.To.Read("busy"), move.To.Read("other")));
        await move.Source.Fence.Raise(TreeMove.Never);
        await move.Drain();
        await move.AssertEqual();
    }

    [Fact]
    public async Task A_drain_brings_a_file_that_was_busy_before_it()
    {
        await using var move = await BusyMove();
        await move.Drain();
        await move.AssertEqual();
    }

    /// <summary>A move that found the file <c>busy</c> changed while it copied it, often enough to leave it
    /// alone.</summary>
    private static async Task<TreeMove> BusyMove()
    {
        var move = await TreeMove.Begin();
        move.From.Write("busy", "first");
        move.From.Write("other", "first");
        await move.Copy();
        await move.Drain();
        move.From.Write("busy", "second");
        move.From.Write("other", "second");
        for (var i = 0; i < 12; i++)
            move.RetouchSource("busy");
        return move;
    }
}
