using Godwit.Core.Problems;
using Godwit.Core.Stores;
using Godwit.Tests.Conformance;

namespace Godwit.Tests.Connectors.Redis.Moving;

/// <summary>What is no repetition of itself, as INCR, happens at the destination as often as at the origin.</summary>
public abstract class CarryingOutOnce<THarness> : OperationPromises<THarness>
    where THarness : RedisHarness, new()
{
    [Fact]
    public async Task A_batch_that_is_applied_again_is_carried_out_once()
    {
        await CopyAndFollow();
        await Ask(Place.Source, 2, "INCRBY", Mine(2), "5");
        await Ask(Place.Source, 2, "INCRBY", Mine(2), "5");
        await using var batch = await NextOperations();
        await Target.Target.Apply(batch, ApplyReason.Following, None);
        await Target.Target.Apply(batch, ApplyReason.Following, None);
        await Reopen(Place.Target);
        await Target.Target.Apply(batch, ApplyReason.Following, None);
        await Follow();
        Assert.Equal("10", await Ask(Place.Target, 2, "GET", Mine(2)));
    }

    [Fact]
    public async Task Connections_that_are_cut_again_and_again_repeat_nothing_and_lose_nothing()
    {
        await CopyAndFollow();
        await using (var client = await Client(Place.Source, 2))
        {
            for (var i = 0; i < 5_000; i++)
                await client.Call("RPUSH", Mine(2), Text(i));
        }
        using var over = new CancellationTokenSource();
        var cutting = CutTarget(over.Token);
        await FollowThrough("all is there");
        await over.CancelAsync();
        Assert.True(await cutting > 0);
        Assert.Equal(
            await Ask(Place.Source, 2, "LRANGE", Mine(2), "0", "-1"),
            await Ask(Place.Target, 2, "LRANGE", Mine(2), "0", "-1"));
        Assert.Equal("5000", await Ask(Place.Target, 2, "LLEN", Mine(2)));
    }

    [Fact]
    public async Task A_late_write_that_is_told_again_is_carried_out_once()
    {
        await CopyAndFollow();
        await Ask(Place.Source, 2, "INCR", Mine(2));
        await Until.Holds("the late write is told", LateIsApplied);
        Assert.True(await LateIsApplied());
        await Source.Fence.LateWritesTaken(None);
        Assert.False(await LateIsApplied());
        Assert.Equal("1", await Ask(Place.Target, 2, "GET", Mine(2)));
    }

    [Fact]
    public async Task A_target_that_somebody_emptied_is_not_filled_with_the_rest()
    {
        await CopyAndFollow();
        await Harness.Server(Place.Target).Call("FLUSHALL");
        await Ask(Place.Source, 2, "INCR", Mine(2));
        var failure = await Assert.ThrowsAsync<GodwitException>(Follow);
        Assert.Equal("GW-RED-029", failure.Problem.Code);
    }

    [Fact]
    public async Task A_target_that_was_set_back_stops_the_run_and_goes_on_from_there()
    {
        await CopyAndFollow();
        var server = Harness.Server(Place.Target);
        await Ask(Place.Source, 2, "INCR", Mine(2));
        await using (var batch = await NextOperations())
        {
            await server.Call("SAVE");
            await Target.Target.Apply(batch, ApplyReason.Following, None);
            await Ask(Place.Source, 2, "INCR", Mine(2));
            await using var next = await Source.Changes.Next(batch.Reached, Deadline, None);
            await Harness.Restart(Place.Target);
            await Reopen(Place.Target);
            var failure = await Assert.ThrowsAsync<GodwitException>(() =>
                Target.Target.Apply(next!, ApplyReason.Following, None));
            Assert.Equal("GW-RED-030", failure.Problem.Code);
        }
        await Follow();
        Assert.Equal("2", await Ask(Place.Target, 2, "GET", Mine(2)));
    }

    [Fact]
    public async Task Another_runner_that_writes_between_is_noticed()
    {
        await CopyAndFollow();
        await Ask(Place.Source, 2, "INCR", Mine(2));
        await using var batch = await NextOperations();
        var other = await Open(Place.Target, StoreRole.Target);
        await other.Target.Apply(batch, ApplyReason.Following, None);
        await Target.Target.Apply(batch, ApplyReason.Following, None);
        Assert.Equal("1", await Ask(Place.Target, 2, "GET", Mine(2)));
    }

    private async Task<bool> LateIsApplied()
    {
        await using var late = await Source.Fence.LateWrites(None);
        if (late is null)
            return false;
        await Target.Target.Apply(late, ApplyReason.LateWrite, None);
        return true;
    }

    private async Task<int> CutTarget(CancellationToken over)
    {
        await using var client = await Harness.Server(Place.Target).Connect();
        var cuts = 0;
        while (!over.IsCancellationRequested && cuts < 200)
        {
            await client.Call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            cuts++;
        }
        return cuts;
    }
}
