using Godwit.Core.Problems;
using Godwit.Core.Stores;
using Godwit.Tests.Conformance;

namespace Godwit.Tests.Connectors.Redis.Moving;

/// <summary>Commands that concern several databases or all of a server.</summary>
public static class ServersAndDatabases
{
    public sealed class TenantOnce : CarryingOutOnce<RedisConformance.Tenant>;

    public sealed class DatabaseOnce : CarryingOutOnce<RedisConformance.Database>;

    public sealed class PartOnce : CarryingOutOnce<RedisConformance.Part>;

    public sealed class ServerOnce : CarryingOutOnce<RedisConformance.Server>;

    public sealed class OneDatabase : OperationPromises<RedisConformance.Database>
    {
        [Fact]
        public async Task Keys_come_from_other_databases_and_go_there()
        {
            await Fill(Place.Source, 3);
            await Fill(Place.Source, 3, from: 10, Owner.Neighbour);
            await CopyAndFollow();
            await Ask(Place.Source, 1, "MOVE", Mine(1), "1");
            await Ask(Place.Source, 1, "COPY", Mine(2), Mine(20), "DB", "1");
            await using (var client = await Client(Place.Source, 10, Owner.Neighbour))
            {
                await client.Call("MOVE", Mine(10), "3");
                await client.Call("COPY", Mine(11), Mine(30), "DB", "3");
            }
            await Follow();
            Assert.Equal(4, (await Harness.Contents(Place.Target, Owner.Mine)).Count);
            await AssertMoved();
            Assert.Empty(await Harness.Contents(Place.Target, Owner.Neighbour));
        }

        [Fact]
        public async Task Only_its_own_emptying_counts()
        {
            await Fill(Place.Source, 3);
            await CopyAndFollow();
            await Fill(Place.Target, 2, from: 50, Owner.Neighbour);
            await using (var client = await Client(Place.Source, 10, Owner.Neighbour))
                await client.Call("FLUSHDB");
            await Follow();
            Assert.Equal(3, (await Harness.Contents(Place.Target, Owner.Mine)).Count);
            await Ask(Place.Source, 1, "FLUSHDB");
            await Fill(Place.Source, 1, from: 9);
            await Follow();
            await AssertMoved();
            await Harness.Server(Place.Source).Call("FLUSHALL");
            await Fill(Place.Source, 1, from: 8);
            await Follow();
            await AssertMoved();
            Assert.Equal(2, (await Harness.Contents(Place.Target, Owner.Neighbour)).Count);
        }

        [Fact]
        public async Task A_database_that_is_exchanged_for_another_stops_the_run_and_others_do_not()
        {
            await Fill(Place.Source, 3);
            await CopyAndFollow();
            await Harness.Server(Place.Source).Call("SWAPDB", "1", "2");
            await Follow();
            await Harness.Server(Place.Source).Call("SWAPDB", "2", "3");
            var failure = await Assert.ThrowsAsync<GodwitException>(Follow);
            Assert.Equal("GW-RED-023", failure.Problem.Code);
            failure = await Assert.ThrowsAsync<GodwitException>(Follow);
            Assert.Equal("GW-RED-023", failure.Problem.Code);
        }
    }

    public sealed class WholeServer : OperationPromises<RedisConformance.Server>
    {
        [Fact]
        public async Task Everything_that_servers_do_is_done_again()
        {
            await Fill(Place.Source, 6);
            await CopyAndFollow();
            await using (var client = await Harness.Server(Place.Source).Connect())
            {
                await client.Call("MOVE", Mine(2), "7");
                await client.Call("SWAPDB", "7", "1");
                await client.Call("COPY", Mine(4), Mine(40), "DB", "1");
                await client.Call(
                    "FUNCTION", "LOAD", "#!lua name=l\nredis.register_function('f', function() return 7 end)");
                await client.Call("MULTI");
                await client.Call("INCR", "first");
                await client.Call("SELECT", "9");
                await client.Call("INCR", "second");
                await client.Call("EXEC");
            }
            await Follow();
            Assert.Equal(
                await Harness.Server(Place.Source).Call("DEBUG", "DIGEST"), await WithoutOwn(Place.Target));
            Assert.Equal(7L, await Harness.Server(Place.Target).Call("FCALL", "f", "0"));
        }

        [Fact]
        public async Task Functions_come_with_the_snapshot()
        {
            await Harness.Server(Place.Source).Call(
                "FUNCTION", "LOAD", "#!lua name=l\nredis.register_function('f', function() return 7 end)");
            await CopyAndFollow();
            Assert.Equal(7L, await Harness.Server(Place.Target).Call("FCALL", "f", "0"));
        }

        [Fact]
        public async Task After_everything_was_emptied_the_position_is_still_known()
        {
            await Fill(Place.Source, 6);
            await CopyAndFollow();
            await Harness.Server(Place.Source).Call("FLUSHALL");
            await Fill(Place.Source, 2, from: 20);
            await Follow();
            var reached = await Reached();
            await Reopen(Place.Target);
            Assert.Equal(reached, await Reached());
            await Ask(Place.Source, 2, "INCR", Mine(42));
            await Follow();
            await AssertMoved();
        }

        [Fact]
        public async Task An_origin_that_lost_everything_is_copied_again()
        {
            await Fill(Place.Source, 6);
            await CopyAndFollow();
            await Harness.Server(Place.Source).Restart(immediate: true);
            await Fill(Place.Source, 3, from: 5);
            await FollowThrough("the new history has arrived");
            await AssertMoved();
        }

        [Fact]
        public async Task Time_is_left_as_it_is_at_the_origin_once_the_target_has_caught_up()
        {
            await Ask(Place.Source, 2, "SET", Mine(2), "x", "EX", "600");
            await Ask(Place.Source, 2, "SET", Mine(4), "x", "EX", "600");
            await Ask(Place.Source, 2, "SET", Mine(6), "x", "EX", "600");
            await Copy();
            await Ask(Place.Source, 2, "SET", Mine(8), "x", "EX", "700");
            await Ask(Place.Source, 2, "PERSIST", Mine(4));
            await Ask(Place.Source, 2, "EXPIRE", Mine(6), "100");
            await Follow();
            await FollowUntilTimesAreBack();
            await AssertMoved();
        }

        [Fact]
        public async Task Only_the_origin_says_when_a_key_expires()
        {
            await Harness.Server(Place.Source).Call("DEBUG", "SET-ACTIVE-EXPIRE", "0");
            await Ask(Place.Source, 2, "SET", Mine(2), "x", "PX", "1");
            await Copy();
            Assert.Equal("1", await Ask(Place.Target, 2, "EXISTS", Mine(2)));
            await Until.Holds("it has expired", async () => await Ask(Place.Source, 2, "EXISTS", Mine(2)) == "0");
            await Follow();
            Assert.Equal("0", await Ask(Place.Target, 2, "EXISTS", Mine(2)));
        }

        [Fact]
        public async Task Keys_that_are_read_again_come_with_the_next_changes()
        {
            await Fill(Place.Source, 6);
            await Copy();
            await Write(Place.Source, Wish.Record(3, "changed"));
            await Follow();
            await Harness.Damage(Place.Target, 1, Harness.Damages[0]);
            await Write(Place.Target, Wish.Gone(2));
            await Write(Place.Target, Wish.Record(9, "nobody's"));
            using var keys = Keys(1, 2, 9);
            await using var batch = await Source.Snapshot.ReadKeys(Main, keys, None);
            await Target.Target.Apply(batch, ApplyReason.Repair, None);
            await using (var next = await NextOperations())
                await Target.Target.Apply(next, ApplyReason.Following, None);
            await AssertMoved();
        }

        private async Task<object?> WithoutOwn(Place place)
        {
            await using var client = await Harness.Server(place).Connect();
            foreach (var name in (await client.Text("KEYS", "__gw:*")).Split(' '))
                await client.Call("DEL", name);
            return await client.Call("DEBUG", "DIGEST");
        }
    }
}
