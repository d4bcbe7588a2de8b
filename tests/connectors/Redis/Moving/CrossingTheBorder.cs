using Godwit.Core.Problems;
using Godwit.Tests.Conformance;

namespace Godwit.Tests.Connectors.Redis.Moving;

/// <summary>One tenant's keys are moved, and commands concern those of several.</summary>
public sealed class CrossingTheBorder : OperationPromises<RedisConformance.Tenant>
{
    private static readonly string[][] Crossing =
    [
        ["RENAME", "t:7:text", "t:42:came"], ["RENAME", "t:42:1", "t:7:went"], ["COPY", "t:7:list", "t:42:list"],
        ["SUNIONSTORE", "t:42:union", "t:7:set", "t:42:set"], ["SMOVE", "t:7:set", "t:42:set", "a"],
        ["LMOVE", "t:42:mine", "t:7:list", "LEFT", "RIGHT"], ["RPOPLPUSH", "t:7:list", "t:42:mine"],
        ["MSET", "t:42:x", "1", "t:7:x", "2", "t:42:y", "3"], ["DEL", "t:7:x", "t:42:y", "t:42:nothing"],
        ["ZUNIONSTORE", "t:42:scores", "2", "t:7:set", "t:42:set"], ["BITOP", "NOT", "t:42:bits", "t:7:bits"],
        ["SORT", "t:7:list", "ALPHA", "STORE", "t:42:sorted"], ["PFMERGE", "t:42:hll", "t:7:hll"],
        ["EVAL", "return redis.call('SET', KEYS[1], redis.call('GET', KEYS[2]) or 'none')", "2", "t:42:e", "t:7:x"],
    ];

    [Fact]
    public async Task Whatever_a_command_wrote_in_the_scope_is_as_it_is_at_the_origin()
    {
        await FillBoth();
        await CopyAndFollow();
        foreach (var command in Crossing)
            await Ask(Place.Source, 1, command);
        await Follow();
        await AssertEqual();
    }

    [Fact]
    public async Task Each_of_them_alone_does()
    {
        await FillBoth();
        await CopyAndFollow();
        foreach (var command in Crossing)
        {
            await Ask(Place.Source, 1, command);
            await Follow();
            await AssertEqual();
        }
    }

    [Fact]
    public async Task What_follows_a_value_that_was_read_again_is_carried_out_once()
    {
        await CopyAndFollow();
        await using (var client = await Client(Place.Source, 1))
        {
            for (var round = 0; round < 20; round++)
            {
                await client.Call("SET", "t:7:from", Text(round * 1000));
                await client.Call("RENAME", "t:7:from", "t:42:counter");
                await client.Call("INCR", "t:42:counter");
                await client.Call("RPUSH", "t:42:mine", Text(round));
                await client.Call("LMOVE", "t:42:mine", "t:7:theirs", "LEFT", "RIGHT");
                await client.Call("RPUSH", "t:42:mine", "b");
                await client.Call("MSET", "t:42:x", Text(round), "t:7:x", "2");
            }
        }
        await Follow();
        Assert.Equal("19001", await Ask(Place.Target, 1, "GET", "t:42:counter"));
        await AssertEqual();
    }

    [Fact]
    public async Task A_reader_that_begins_again_knows_what_was_read_again()
    {
        await CopyAndFollow();
        await using (var client = await Client(Place.Source, 1))
        {
            for (var round = 0; round < 20; round++)
            {
                await client.Call("RPUSH", "t:7:theirs", Text(round));
                await client.Call("LMOVE", "t:7:theirs", "t:42:mine", "LEFT", "RIGHT");
                await client.Call("INCR", "t:42:counter");
                await client.Call("RPUSH", "t:42:mine", "more");
            }
        }
        for (var i = 0; i < 10; i++)
        {
            await using (var batch = await NextOperations())
                await Target.Target.Apply(batch, Core.Stores.ApplyReason.Following, None);
            await Reopen(Place.Source);
            await Source.Changes.Prepare(Streams, None);
            if (await Source.Changes.Mark(None) <= await Reached())
                break;
        }
        await Follow();
        await AssertEqual();
    }

    [Fact]
    public async Task A_transaction_stays_whole_and_leaves_out_what_is_others()
    {
        await CopyAndFollow();
        await using (var client = await Client(Place.Source, 1))
        {
            await client.Call("MULTI");
            await client.Call("INCR", "t:42:a");
            await client.Call("INCR", "t:7:a");
            await client.Call("RENAME", "t:42:a", "t:42:b");
            await client.Call("INCR", "t:42:b");
            await client.Call("EXEC");
        }
        await using (var batch = await NextOperations())
        {
            Assert.Equal(2, batch.KeyCount);
            await Target.Target.Apply(batch, Core.Stores.ApplyReason.Following, None);
        }
        Assert.Equal("2", await Ask(Place.Target, 1, "GET", "t:42:b"));
        Assert.Equal("0", await Ask(Place.Target, 1, "EXISTS", "t:7:a", "t:42:a"));
    }

    [Theory]
    [InlineData("FLUSHALL")]
    [InlineData("FLUSHDB")]
    public async Task When_somebody_empties_the_origin_the_tenants_keys_go_and_it_does_not_flow_back(string command)
    {
        await FillBoth();
        await CopyAndFollow();
        await Target.Changes.Prepare(Streams, None);
        var start = await Target.Changes.Mark(None);
        await Ask(Place.Target, 1, "SET", "t:7:theirs", "stays");
        await Ask(Place.Source, 1, "INCR", "t:42:before");
        await Ask(Place.Source, 1, command);
        await Ask(Place.Source, 1, "SET", "t:42:after", "comes");
        await Follow();
        await AssertEqual();
        Assert.Equal("stays", await Ask(Place.Target, 1, "GET", "t:7:theirs"));
        (Source, Target) = (Target, Source);
        var told = await Tell(start);
        Assert.False(told.IsTouched(0, Harness.KeyOf(0, 1)));
    }

    [Fact]
    public async Task A_target_that_holds_keys_of_the_scope_is_refused()
    {
        await Ask(Place.Target, 1, "SET", "t:7:theirs", "1");
        await Target.Target.Prepare(Streams, await Source.Catalog.Model(Streams, None), None);
        await Target.Target.Remove(None);
        await Ask(Place.Target, 1, "SET", "t:42:old", "1");
        var problems = await Target.Catalog.Check(Core.Stores.StoreRole.Target, Streams, Source.Snapshot, None);
        Assert.Contains(problems, one => one.Code == "GW-RED-017");
        var failure = await Assert.ThrowsAsync<GodwitException>(Prepare);
        Assert.Equal("GW-RED-017", failure.Problem.Code);
    }

    private async Task FillBoth()
    {
        await using var client = await Client(Place.Source, 1);
        foreach (var tenant in new[] { "t:42:", "t:7:" })
        {
            await client.Call("SET", tenant + "1", "one");
            await client.Call("SET", tenant + "text", "text of " + tenant);
            await client.Call("RPUSH", tenant + "list", "c", "b", "a");
            await client.Call("RPUSH", tenant + "mine", "1", "2", "3");
            await client.Call("SADD", tenant + "set", "a", tenant);
            await client.Call("SETBIT", tenant + "bits", "9", "1");
            await client.Call("PFADD", tenant + "hll", "a", tenant);
        }
    }

    private async Task AssertEqual() => Assert.Equal(await All(Place.Source), await All(Place.Target));

    private async Task<SortedDictionary<string, string>> All(Place place)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await using var client = await Client(place, 1);
        foreach (var name in (await client.Text("KEYS", "t:42:*")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            all.Add(name, await RedisRecord.Read(client, name));
        return all;
    }
}
