using Godwit.Core.Stores;
using Godwit.Tests.Conformance;

namespace Godwit.Tests.Connectors.Redis.Moving;

/// <summary>Servers before 7.0, which tell their replicas what clients said, and know less.</summary>
public static class MovingOldServers
{
    public sealed class FromOne : OperationPromises<RedisConformance.OldServer>
    {
        [Fact]
        public async Task Times_to_live_end_when_they_end_at_the_origin()
        {
            await Ask(Place.Source, 2, "SET", Mine(2), "x", "EX", "600");
            await Copy();
            await using (var client = await Client(Place.Source, 2))
            {
                var payload = await client.Call("DUMP", Mine(2));
                await client.Call("SETEX", Mine(4), "700", "a");
                await client.Call("PSETEX", Mine(6), "700123", "b");
                await client.Call("SET", Mine(8), "c", "EX", "800");
                await client.Call("SET", Mine(10), "d", "PX", "10000", "NX");
                await client.Call("EXPIRE", Mine(2), "900");
                await client.Call("RESTORE", Mine(12), "950000", payload!);
                await client.Call("SET", Mine(14), "EX");
                await client.Call("PEXPIRE", Mine(14), "1000123");
                await client.Call("SET", Mine(16), "f");
                await client.Call("EXPIREAT", Mine(16), "4102444800");
                await client.Call("SET", Mine(18), "g", "EX", "100");
                await client.Call("PERSIST", Mine(18));
            }
            await Follow();
            await FollowUntilTimesAreBack();
            await AssertMoved();
        }

        [Fact]
        public async Task A_renewed_key_does_not_go_while_the_target_is_behind()
        {
            await Ask(Place.Source, 2, "SET", Mine(2), "x");
            await Copy();
            await Ask(Place.Source, 2, "PEXPIRE", Mine(2), "60000");
            await Ask(Place.Source, 2, "DEL", Mine(4));
            await Ask(Place.Source, 2, "EXPIREAT", Mine(2), Text(DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60));
            await using (var batch = await NextOperations())
                await Target.Target.Apply(batch, ApplyReason.Following, None);
            await using var client = await Client(Place.Target, 2);
            Assert.True(await RedisRecord.Expiry(client, Mine(2))
                >= DateTimeOffset.UtcNow.AddMinutes(4).ToUnixTimeMilliseconds());
        }

        [Fact]
        public async Task Streams_with_groups_are_equal_on_both_sides()
        {
            await using (var client = await Client(Place.Source, 2))
            {
                await client.Call("XADD", Mine(2), "1-1", "a", "1");
                await client.Call("XADD", Mine(2), "2-1", "a", "2");
                await client.Call("XADD", Mine(2), "3-1", "a", "3");
                await client.Call("XGROUP", "CREATE", Mine(2), "g", "0");
                await client.Call("XREADGROUP", "GROUP", "g", "c", "COUNT", "1", "STREAMS", Mine(2), ">");
                await client.Call("XREADGROUP", "GROUP", "g", "idle", "STREAMS", Mine(2), "0");
            }
            await CopyAndFollow();
            await using (var client = await Client(Place.Source, 2))
            {
                await client.Call("XDEL", Mine(2), "3-1");
                await client.Call("XADD", Mine(2), "MAXLEN", "~", "2", "4-1", "a", "4");
                await client.Call("XREADGROUP", "GROUP", "g", "d", "STREAMS", Mine(2), ">");
                await client.Call("XACK", Mine(2), "g", "1-1");
                await client.Call("INCRBYFLOAT", Mine(4), "0.1");
                await client.Call("RPUSH", Mine(6), "3", "1", "2");
                await client.Call("SORT", Mine(6), "STORE", Mine(8));
                await client.Call("EVAL", "return redis.call('RPOPLPUSH', KEYS[1], KEYS[2])", "2", Mine(6), Mine(8));
            }
            await Follow();
            await AssertMoved();
            using var keys = Keys(2, 4, 6, 8);
            Assert.Equal(
                (await Source.Digest.ListKeys(Main, keys, None)).Digests,
                (await Target.Digest.ListKeys(Main, keys, None)).Digests);
        }
    }

    public sealed class FromOneThatTracks : OperationPromises<RedisConformance.OldTracked>
    {
        [Fact]
        public async Task Touched_keys_come_over_with_their_times()
        {
            await Fill(Place.Source, 60);
            var check = await Source.Catalog.Check(StoreRole.Source, Streams, null, None);
            Assert.Equal("GW-RED-039", Assert.Single(check).Code);
            await CopyAndFollow();
            await Ask(Place.Source, 1, "SETEX", Mine(1), "900", "x");
            await Ask(Place.Source, 1, "PEXPIRE", Mine(2), "800123");
            await Ask(Place.Source, 1, "RENAME", Mine(3), Mine(70));
            await Ask(Place.Source, 1, "INCR", Mine(71));
            await Write(Place.Source, Wish.Gone(4), Wish.Record(72, "new"));
            await Follow();
            await AssertMoved();
        }
    }

    public sealed class ToOne : OperationPromises<RedisConformance.IntoOld>
    {
        [Fact]
        public async Task What_it_does_not_know_is_read_from_the_origin_and_nothing_else()
        {
            await Fill(Place.Source, 60);
            await CopyAndFollow();
            await using (var client = await Client(Place.Source, 1))
            {
                await client.Call("RPUSH", Mine(101), "a", "b", "c", "d", "e");
                await client.Call("LMOVE", Mine(101), Mine(102), "LEFT", "RIGHT");
                await client.Call("LPOP", Mine(101), "2");
                await client.Call("LMPOP", "1", Mine(101), "RIGHT", "COUNT", "1");
                await client.Call("COPY", Mine(101), Mine(103));
                await client.Call("SET", Mine(104), "x", "EX", "500");
                await client.Call("SET", Mine(105), "PXAT", "PXAT", "4102444800123");
                await client.Call("GETEX", Mine(104), "EX", "600");
                await client.Call("GETDEL", Mine(6));
                await client.Call("ZADD", Mine(106), "1", "a", "5", "b");
                await client.Call("ZADD", Mine(106), "GT", "CH", "3", "a", "3", "b");
                await client.Call("ZRANGESTORE", Mine(107), Mine(106), "0", "0");
                await client.Call("EXPIRE", Mine(106), "700", "NX");
                await client.Call("XADD", Mine(108), "1-1", "a", "1");
                await client.Call("XGROUP", "CREATE", Mine(108), "g", "0", "ENTRIESREAD", "0");
                await client.Call("XGROUP", "CREATECONSUMER", Mine(108), "g", "c");
                await client.Call("XREADGROUP", "GROUP", "g", "c", "STREAMS", Mine(108), ">");
                await client.Call("XADD", Mine(108), "2-1", "a", "1");
                await client.Call("XTRIM", Mine(108), "MINID", "2-1");
                await client.Call("INCR", Mine(109));
                await client.Call("INCR", Mine(109));
            }
            await Follow();
            await AssertMoved();
            Assert.Equal("2", await Ask(Place.Target, 1, "GET", Mine(109)));
            using var keys = Keys(1, 2, 3, 4, 5, 101, 102, 103, 104, 105, 106, 107, 108);
            Assert.Equal(
                (await Source.Digest.ListKeys(Main, keys, None)).Digests,
                (await Target.Digest.ListKeys(Main, keys, None)).Digests);
        }

        [Fact]
        public async Task A_late_deletion_leaves_what_lives_on_and_takes_the_rest()
        {
            await Ask(Place.Source, 1, "SET", Mine(1), "x");
            await Ask(Place.Source, 1, "SET", Mine(2), "x", "EX", "500");
            await CopyAndFollow();
            await Ask(Place.Source, 1, "DEL", Mine(1));
            await Ask(Place.Source, 1, "DEL", Mine(2));
            await Until.Holds("the late writes are told", async () =>
            {
                await using var late = await Source.Fence.LateWrites(None);
                if (late is not null)
                    await Target.Target.Apply(late, ApplyReason.LateWrite, None);
                return late is not null;
            });
            Assert.Equal("0", await Ask(Place.Target, 1, "EXISTS", Mine(1)));
            Assert.Equal("1", await Ask(Place.Target, 1, "EXISTS", Mine(2)));
        }
    }
}
