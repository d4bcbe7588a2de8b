using Godwit.Connectors.Redis.Clusters;
using Godwit.Connectors.Redis.Commands;
using Godwit.Core.Problems;
using Godwit.Tests.Conformance;
using Godwit.Tests.Connectors.Redis.Moving;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Connectors.Redis.Clusters;

/// <summary>A standalone server is followed by a node of a cluster, where no command has keys of several
/// slots.</summary>
public sealed class WritingToANode : OperationPromises<RedisConformance.Part>
{
    /// <summary>Lua takes no more from a table than about 8,000 values.</summary>
    private const int Many = 9_000;

    [Fact]
    public async Task Commands_on_keys_of_several_slots_have_the_same_effect()
    {
        await CopyAndFollow();
        await using (var client = await Harness.Server(Place.Source).Connect())
        {
            await client.Call("MSET", Mine(1), "1", Mine(2), "2", Mine(3), "3", Elsewhere, "4");
            await client.Call("DEL", Mine(1), Mine(3), Elsewhere);
            await client.Call("SADD", Mine(4), "a", "b");
            await client.Call("SADD", Mine(5), "b", "c");
            await client.Call("SUNIONSTORE", Mine(6), Mine(4), Mine(5));
            await client.Call("RENAME", Mine(5), Mine(7));
            await client.Call("SET", Elsewhere, "from elsewhere");
            await client.Call("RENAME", Elsewhere, Mine(8));
            await client.Call("RPUSH", Mine(9), "x", "y", "z");
            await client.Call("LMOVE", Mine(9), Mine(10), "LEFT", "RIGHT");
            await client.Call(["RPUSH", Mine(11), .. Enumerable.Range(0, Many).Select(one => Text(one))]);
            await client.Call("MULTI");
            await client.Call("INCR", Mine(12));
            await client.Call("HSET", Mine(13), "f", "1");
            await client.Call("SET", Mine(14), "x", "EX", "600");
            await client.Call("EXEC");
            await client.Call(
                "EVAL", "redis.call('INCR', KEYS[1]) redis.call('LPUSH', KEYS[2], 'e')", "2", Mine(15), Mine(16));
        }
        await Follow();
        Assert.Equal("2", await Ask(Place.Target, 2, "GET", Mine(2)));
        Assert.Equal("b c", await Value(Place.Target, 7));
        for (var number = 1; number <= 16; number++)
        {
            Assert.Equal(await Value(Place.Source, number), await Value(Place.Target, number));
            Assert.Equal(
                await Ask(Place.Source, number, "PEXPIRETIME", Mine(number)),
                await Ask(Place.Target, number, "PEXPIRETIME", Mine(number)));
        }
        Assert.Equal(Text(Many), await Ask(Place.Target, 11, "LLEN", Mine(11)));
    }

    /// <summary>Some commands of a script are refused then, and others are not: a list would be shortened
    /// twice.</summary>
    [Fact]
    public async Task A_node_that_takes_no_writes_has_done_nothing_and_goes_on_later()
    {
        await Ask(Place.Source, 1, "RPUSH", Mine(1), "a", "b", "c", "d");
        await CopyAndFollow();
        await using (var client = await Client(Place.Source, 1))
        {
            await client.Call("MULTI");
            await client.Call("LPOP", Mine(1));
            await client.Call("INCR", Mine(2));
            await client.Call("EXEC");
        }
        await using var batch = await NextOperations();
        await using var node = await Harness.Server(Place.Target).Connect();
        foreach (var (setting, bad, good) in new[]
            { ("maxmemory", "1", "0"), ("min-replicas-to-write", "1", "0") })
        {
            await node.Call("CONFIG", "SET", setting, bad);
            var failure = await Assert.ThrowsAsync<GodwitException>(() =>
                Target.Target.Apply(batch, Godwit.Core.Stores.ApplyReason.Following, None));
            Assert.StartsWith("GW-RED-00", failure.Problem.Code, StringComparison.Ordinal);
            await node.Call("CONFIG", "SET", setting, good);
            Assert.Equal("a b c d", await node.Text("LRANGE", Mine(1), "0", "-1"));
        }
        await Follow();
        Assert.Equal("b c d", await node.Text("LRANGE", Mine(1), "0", "-1"));
        Assert.Equal("1", await node.Text("GET", Mine(2)));
    }

    [Fact]
    public async Task A_slot_that_left_the_node_stops_the_run_for_good()
    {
        await CopyAndFollow();
        await Ask(Place.Source, 1, "INCR", Mine(1));
        await Follow();
        var (slot, other) = (7, Harness.Cluster.Owner(RedisCluster.Slots - 1));
        await Harness.Cluster.Move(slot, other);
        await Ask(Place.Source, 1, "INCR", Mine(1));
        var failure = await Assert.ThrowsAsync<GodwitException>(Follow);
        Assert.Equal(("GW-RED-037", Recovery.Stop), (failure.Problem.Code, failure.Problem.Recovery));

        await Harness.Cluster.Move(slot, Harness.Server(Place.Target));
        await Reopen(Place.Target);
        await Ask(Place.Source, 2, "INCR", Mine(2));
        failure = await Assert.ThrowsAsync<GodwitException>(Follow);
        Assert.Equal("GW-RED-037", failure.Problem.Code);
        Assert.Contains(Mine(1), failure.Problem.ToString(), StringComparison.Ordinal);
    }

    /// <summary>What is deleted late where traffic has left is deleted where it is: a slot that only went to another
    /// node would take its keys along.</summary>
    [Fact]
    public async Task A_key_that_went_to_another_node_is_no_late_deletion()
    {
        await Ask(Place.Source, 1, "SET", Mine(1), "precious");
        await CopyAndFollow();
        await Target.Changes.Prepare(Streams, None);
        Assert.Null(await Target.Fence.LateWrites(None));
        var slot = KeySlot.Of(System.Text.Encoding.UTF8.GetBytes(Mine(1)));
        await Harness.Cluster.Move(slot, Harness.Cluster.Owner(RedisCluster.Slots - 1));
        await Until.Holds("the move is noticed", async () =>
        {
            try
            {
                await using var late = await Target.Fence.LateWrites(None);
                Assert.Null(late);
                return false;
            }
            catch (GodwitException failure)
            {
                return failure.Problem.Code == "GW-RED-036";
            }
        });
    }

    /// <summary>A key that leaves after the last change was brought over is told as deleted, and must not be missing
    /// after the switch.</summary>
    [Fact]
    public async Task A_handover_is_not_confirmed_while_a_slot_is_under_way()
    {
        await CopyAndFollow();
        await Target.Changes.Prepare(Streams, None);
        await Target.Fence.Confirm(None);
        await Harness.Cluster.BeginMove(7, Harness.Cluster.Owner(RedisCluster.Slots - 1));
        var failure = await Assert.ThrowsAsync<GodwitException>(() => Target.Fence.Confirm(None));
        Assert.Equal("GW-RED-035", failure.Problem.Code);
    }

    /// <summary>Their names are in a set that outlives the cut: whoever took them over gives them their time.</summary>
    [Fact]
    public async Task Times_of_keys_that_another_part_took_over_are_left_alone()
    {
        await Ask(Place.Source, 1, "INCR", Mine(1));
        await CopyAndFollow();
        await Ask(Place.Source, 1, "SET", Elsewhere, "x", "EX", "500");
        await using var node = await Harness.Server(Place.Target).Connect();
        var names = (object?[])(await node.Call("KEYS", "__gw:checkpoint:*"))!;
        var set = RedisClient.AsText(names[0]).Replace("checkpoint", "expiry", StringComparison.Ordinal);
        await node.Call("SADD", set, $"0:{Elsewhere}");
        await Reopen(Place.Target);
        await Ask(Place.Source, 1, "INCR", Mine(1));
        await Follow();
        await Until.Holds("nothing is held back", async () =>
        {
            await using var batch = await Source.Changes.Next(await Reached(), TimeSpan.FromSeconds(1), None);
            if (batch is not null)
                await Target.Target.Apply(batch, Godwit.Core.Stores.ApplyReason.Following, None);
            return await node.Text("EXISTS", set) == "0";
        });
    }

    [Fact]
    public async Task A_store_whose_slots_came_apart_is_not_opened()
    {
        await CopyAndFollow();
        await Harness.Cluster.Move(7, Harness.Cluster.Owner(RedisCluster.Slots - 1));
        var failure = await Assert.ThrowsAsync<GodwitException>(() => Reopen(Place.Target));
        Assert.Equal("GW-RED-036", failure.Problem.Code);
    }

    private static string Elsewhere => $"{SlotTag.Of(RedisCluster.Slots - 1)}:elsewhere";

    private async Task<string> Value(Place place, int number) => await Ask(place, number, "TYPE", Mine(number)) switch
    {
        "string" => await Ask(place, number, "GET", Mine(number)),
        "list" => await Ask(place, number, "LRANGE", Mine(number), "0", "-1"),
        "set" => await Ask(place, number, "SORT", Mine(number), "ALPHA"),
        "hash" => await Ask(place, number, "HGETALL", Mine(number)),
        var other => other,
    };
}
