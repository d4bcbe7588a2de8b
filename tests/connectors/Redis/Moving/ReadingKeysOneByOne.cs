using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Rdb;
using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Problems;
using Godwit.Tests.Conformance;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Connectors.Redis.Moving;

/// <summary>Snapshots that hold what Godwit does not know: the network changes a byte of them.</summary>
public static class ReadingKeysOneByOne
{
    private const byte UnknownType = 99;
    private const byte UnknownWord = 242;

    /// <summary>One value of a server is of an unknown type.</summary>
    public sealed class OddServer : RedisConformance.Server
    {
        private TcpProxy? _network;

        private protected override async Task<RedisServer> Start(Place place)
        {
            var server = await base.Start(place);
            if (place == Place.Source)
                _network = new TcpProxy(server.Port, () => BytePatch.OfStringsType("record:6", UnknownType));
            return server;
        }

        private protected override int PortOf(Place place) =>
            place == Place.Source ? _network!.Port : base.PortOf(place);

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            if (_network is not null)
                await _network.DisposeAsync();
        }
    }

    /// <summary>Before a key of somebody else something unknown begins.</summary>
    public sealed class OddNeighbour : RedisConformance.Tenant
    {
        private TcpProxy? _network;

        private protected override async Task<RedisServer> Start(Place place)
        {
            var server = await base.Start(place);
            if (place == Place.Source)
                _network = new TcpProxy(server.Port, () => BytePatch.OfStringsType("t:7:6", UnknownWord));
            return server;
        }

        private protected override int PortOf(Place place) =>
            place == Place.Source ? _network!.Port : base.PortOf(place);

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            if (_network is not null)
                await _network.DisposeAsync();
        }
    }

    public sealed class OfAServer : OperationPromises<OddServer>
    {
        [Fact]
        public async Task What_is_done_since_the_snapshot_is_done_once_whenever_a_key_was_read()
        {
            await Fill(Place.Source, 600);
            await Ask(Place.Source, 2, "SET", "counter", "10");
            await Ask(Place.Source, 2, "RPUSH", "queue", "a");
            await Prepare();
            var chunk = Assert.Single(await Split(Main));
            await Write(Place.Source, Wish.Gone(3), Wish.Record(700, "before"));
            await Change();
            await ThrowsOnce(() => CopyChunk(chunk));
            await Change();
            await Ask(Place.Source, 2, "RENAME", "queue", "line");
            await CopyChunk(chunk);
            await Change();
            await Ask(Place.Source, 2, "COPY", "line", "queue");
            await Ask(Place.Source, 2, "COPY", "line", "copied");
            await Ask(Place.Source, 2, "RPUSH", "line", "z");
            await Write(Place.Source, Wish.Gone(5), Wish.Record(701, "after"));
            await FinishCopy();
            await Follow();
            await AssertMoved();
            foreach (var key in (string[])["counter", "line", "queue", "copied"])
                Assert.Equal(await Dump(Place.Source, key), await Dump(Place.Target, key));
            Assert.Equal("13", await Ask(Place.Target, 2, "GET", "counter"));
        }

        [Fact]
        public async Task A_walk_that_was_cut_off_begins_again_and_the_changes_are_told_from_the_snapshot_on()
        {
            await Fill(Place.Source, 60);
            await Ask(Place.Source, 2, "SET", "counter", "10");
            await Prepare();
            var chunk = Assert.Single(await Split(Main));
            await ThrowsOnce(() => CopyChunk(chunk));
            await Change();
            await CopyChunk(chunk);
            await Reopen(Place.Target);
            await Reopen(Place.Source, Change);
            await Prepare();
            await Write(Place.Source, Wish.Gone(6), Wish.Record(7, "other"));
            await FinishCopy();
            await Follow();
            await Change();
            await Follow();
            await AssertMoved();
            Assert.Equal("13", await Ask(Place.Target, 2, "GET", "counter"));
        }

        [Fact]
        public async Task Functions_are_those_that_are_there_when_the_walk_ends()
        {
            await Fill(Place.Source, 6);
            await Library("old", 1);
            await Prepare();
            var chunk = Assert.Single(await Split(Main));
            await ThrowsOnce(() => CopyChunk(chunk));
            await Harness.Server(Place.Source).Call("FUNCTION", "DELETE", "old");
            await Library("new", 2);
            await CopyChunk(chunk);
            await Library("last", 3);
            await FinishCopy();
            await Follow();
            Assert.Equal(3L, await Harness.Server(Place.Target).Call("FCALL", "last", "0"));
            Assert.Equal(2L, await Harness.Server(Place.Target).Call("FCALL", "new", "0"));
            await Assert.ThrowsAsync<RedisRefusal>(() => Harness.Server(Place.Target).Call("FCALL", "old", "0"));
        }

        [Fact]
        public async Task What_was_emptied_meanwhile_is_empty_and_what_came_after_is_there()
        {
            await Fill(Place.Source, 60);
            await Prepare();
            var chunk = Assert.Single(await Split(Main));
            await ThrowsOnce(() => CopyChunk(chunk));
            await Ask(Place.Source, 2, "SET", "kept", "x");
            await Ask(Place.Source, 1, "FLUSHDB");
            await Write(Place.Source, Wish.Record(1, "again"));
            await CopyChunk(chunk);
            await FinishCopy();
            await Follow();
            await AssertMoved();
            Assert.Equal("x", await Ask(Place.Target, 2, "GET", "kept"));
        }

        [Fact]
        public async Task Databases_that_are_exchanged_meanwhile_stop_the_run()
        {
            await Fill(Place.Source, 6);
            await Prepare();
            var chunk = Assert.Single(await Split(Main));
            await ThrowsOnce(() => CopyChunk(chunk));
            await Harness.Server(Place.Source).Call("SWAPDB", "0", "1");
            await CopyChunk(chunk);
            await FinishCopy();
            var failure = await Assert.ThrowsAsync<GodwitException>(Follow);
            Assert.Equal("GW-RED-023", failure.Problem.Code);
        }

        private async Task Change()
        {
            await Ask(Place.Source, 2, "INCR", "counter");
            await Ask(Place.Source, 2, "EVAL", "return redis.call('RPUSH', KEYS[1], 'x')", "1", "queue");
            await Ask(Place.Source, 1, "INCR", "other");
        }

        private Task<object?> Library(string name, int number) => Harness.Server(Place.Source).Call(
            "FUNCTION", "LOAD",
            $"#!lua name={name}\nredis.register_function('{name}', function() return {Text(number)} end)");

        private Task<string> Dump(Place place, string key) => Ask(place, 2, "DUMP", key);
    }

    public sealed class OfATenant : OperationPromises<OddNeighbour>
    {
        [Fact]
        public async Task Whose_neighbour_is_unknown_loses_nothing()
        {
            await Fill(Place.Source, 300);
            await Fill(Place.Source, 10, from: 1, Owner.Neighbour);
            await Prepare();
            var chunk = Assert.Single(await Split(Main));
            await ThrowsOnce(() => CopyChunk(chunk));
            await Write(Place.Source, Wish.Gone(3), Wish.Record(4, "other"), Wish.Record(400, "new"));
            await Ask(Place.Source, 1, "RENAME", Mine(9), Mine(900));
            await CopyChunk(chunk);
            await Ask(Place.Source, 1, "RENAME", "t:7:4", Mine(10));
            await FinishCopy();
            await Follow();
            await AssertMoved();
            Assert.Empty(await Harness.Contents(Place.Target, Owner.Neighbour));
        }
    }

    [Fact]
    public static void A_value_of_an_unknown_type_is_passed_on_unseen_to_servers_of_the_same_vendor()
    {
        byte[] payload = [UnknownType, 1, (byte)'v', 12, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        var commands = new CommandBatch().Begin(1);
        Assert.True(new TargetEncoding(12).TryAddPayload(commands, payload, isFromValkey: false, isForValkey: false));
        Assert.True(commands.Memory.Span.EndsWith((byte[])[.. payload, 13, 10]));
        Assert.False(new TargetEncoding(80).TryAddPayload(
            new CommandBatch().Begin(1), payload, isFromValkey: false, isForValkey: true));
        Assert.Equal(int.MaxValue, RdbType.Since(UnknownType));
    }

    private static async Task ThrowsOnce(Func<Task> copy)
    {
        var failure = await Assert.ThrowsAsync<GodwitException>(copy);
        Assert.Equal(("GW-RED-045", Recovery.Pause), (failure.Problem.Code, failure.Problem.Recovery));
    }
}
