using System.Globalization;
using System.Text;
using Godwit.Connectors.RabbitMq;
using Godwit.Connectors.RabbitMq.Streams;
using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.RabbitMq.Streams;

/// <summary>The stream protocol on the wire. Answers are those of RabbitMQ 3.10.8.</summary>
public sealed class SpeakingOfStreams
{
    private static readonly string[] Greeting =
    [
        "<0011 0001 00000001 00000002 0007 70726f64756374 0006 476f64776974"
            + " 000f 636f6e6e656374696f6e5f6e616d65 0008 676f64776974206d",
        ">8011 0001 00000001 0001 00000000",
        "<0012 0001 00000002",
        ">8012 0001 00000002 0001 00000001 0005 504c41494e",
        "<0013 0001 00000003 0005 504c41494e 00000004 00750070",
        ">8013 0001 00000003 0001",
        ">0014 0001 00100000 0000003c",
        "<0014 0001 00100000 0000000a",
        "<0015 0001 00000004 0001 76",
        ">8015 0001 00000004 0001 00000002 000f 616476657274697365645f706f7274 0004 35353532"
            + " 000f 616476657274697365645f686f7374 0001 68",
    ];

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_connection_is_greeted_and_tuned()
    {
        await using var broker = new ScriptedBroker(Greeting);
        await using var stage = await Stage.Open(broker);
        await broker.IsThrough();
        Assert.Equal(("h:5552", 1u << 20), (stage.Connection.Advertised, stage.Connection.LargestFrame));
    }

    [Fact]
    public async Task What_the_broker_has_already_is_not_published_again()
    {
        await using var broker = new ScriptedBroker([
            .. Greeting,
            "<0001 0001 00000005 00 0003 726566 0001 73",
            ">8001 0001 00000005 0001",
            "<0005 0001 00000006 0003 726566 0001 73",
            ">8005 0001 00000006 0001 0000000000000005",
            "<0002 0001 00 00000002 0000000000000006 00000001 62"
                + " 0000000000000009 c0 0003 0000001e 00000002 7a7a",
            ">0003 0001 00 00000001 0000000000000009",
            ">0003 0001 00 00000001 0000000000000006",
            "<0006 0001 00000007 00",
            ">8006 0001 00000007 0001",
        ]);
        await using var stage = await Stage.Open(broker);
        StreamUnit[] units = [Unit(4, "a"), Unit(5, "b"), new(6, 3, 0xc0, 30, "zz"u8.ToArray())];
        Assert.Equal(2, await new StreamPublisher(stage.Connection).Publish("s", "ref", units, None));
        await broker.IsThrough();
    }

    [Fact]
    public async Task A_message_that_is_refused_is_a_problem()
    {
        await using var broker = new ScriptedBroker([
            .. Greeting,
            "<0001 0001 00000005 00 0003 726566 0001 73",
            ">8001 0001 00000005 0001",
            "<0005 0001 00000006 0003 726566 0001 73",
            ">8005 0001 00000006 0001 0000000000000000",
            "<0002 0001 00 00000001 0000000000000001 00000001 62",
            ">0004 0001 00 00000001 0000000000000001 0010",
        ]);
        await using var stage = await Stage.Open(broker);
        var failure = await Assert.ThrowsAsync<GodwitException>(
            () => new StreamPublisher(stage.Connection).Publish("s", "ref", [Unit(0, "b")], None));
        Assert.Equal("GW-RMQ-004", failure.Problem.Code);
    }

    [Fact]
    public async Task A_message_that_is_larger_than_a_frame_may_be_is_named_with_its_size()
    {
        await using var broker = new ScriptedBroker([
            .. Greeting,
            "<0001 0001 00000005 00 0003 726566 0001 73",
            ">8001 0001 00000005 0001",
            "<0005 0001 00000006 0003 726566 0001 73",
            ">8005 0001 00000006 0001 0000000000000000",
            "<0002 0001 00 00000001 0000000000000008 00000003 626262",
            ">0016 0001 00000001 000e 0005 6c61726765",
            "<8016 0001 00000001 0001",
        ]);
        await using var stage = await Stage.Open(broker);
        var failure = await Assert.ThrowsAsync<GodwitException>(
            () => new StreamPublisher(stage.Connection).Publish("s", "ref", [Unit(7, "bbb")], None));
        Assert.Equal("GW-RMQ-033", failure.Problem.Code);
        Assert.Contains("offset 7 of the other side has 3 bytes", failure.Problem.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chunks_are_asked_for_few_at_first_and_many_when_they_are_small()
    {
        var chunk = Convert.ToHexString(ReadingChunks.Chunk(3, 0, 2, "00000001 61", "00000001 62"));
        await using var broker = new ScriptedBroker([
            .. Greeting,
            "<0007 0001 00000005 00 0001 73 0004 0000000000000004 0002 00000000",
            ">8007 0001 00000005 0001",
            $">0008 0001 00 {chunk}",
            "<0009 0001 00 01f3",
            "<000c 0001 00000006 00",
            ">800c 0001 00000006 0001",
        ]);
        await using var stage = await Stage.Open(broker);
        var cursor = new StreamCursor(stage.Connection, "s");
        await cursor.Seek(4, None);
        var unit = await cursor.PeekBefore(5, None);
        Assert.Equal((4UL, "b"), (unit!.Offset, Encoding.UTF8.GetString(unit.Body.Span)));
        cursor.Advance();
        Assert.Null(await cursor.PeekBefore(5, None));
        await cursor.Close(None);
        await broker.IsThrough();
    }

    [Fact]
    public async Task A_chunk_that_was_harmed_on_its_way_is_a_problem()
    {
        var chunk = ReadingChunks.Chunk(3, 0, 1, "00000001 61");
        chunk[^1] ^= 1;
        await using var broker = new ScriptedBroker([
            .. Greeting,
            "<0007 0001 00000005 00 0001 73 0004 0000000000000003 0002 00000000",
            ">8007 0001 00000005 0001",
            $">0008 0001 00 {Convert.ToHexString(chunk)}",
        ]);
        await using var stage = await Stage.Open(broker);
        var cursor = new StreamCursor(stage.Connection, "s");
        await cursor.Seek(3, None);
        var failure = await Assert.ThrowsAsync<GodwitException>(() => cursor.PeekBefore(4, None).AsTask());
        Assert.Equal("GW-RMQ-034", failure.Problem.Code);
    }

    [Fact]
    public async Task A_stream_that_another_node_leads_is_a_problem()
    {
        await using var broker = new ScriptedBroker([
            .. Greeting,
            "<000f 0001 00000005 00000002 0001 73 0001 71",
            ">800f 0001 00000005 00000001 0000 0001 69 000015b0"
                + " 00000002 0001 71 0002 ffff 00000000 0001 73 0001 0000 00000001 0000",
        ]);
        await using var stage = await Stage.Open(broker);
        var failure = await Assert.ThrowsAsync<GodwitException>(
            () => new StreamEnds(stage.Connection).Streams(["s", "q"], None));
        Assert.Equal("GW-RMQ-037", failure.Problem.Code);
        Assert.Contains("i:5552", failure.Problem.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_told_without_it()
    {
        await using var broker = new ScriptedBroker([.. Greeting[..5], ">8013 0001 00000003 0008"]);
        var failure = await Assert.ThrowsAsync<GodwitException>(() => Stage.Open(broker));
        Assert.Equal("GW-RMQ-003", failure.Problem.Code);
    }

    private static StreamUnit Unit(ulong offset, string body) =>
        new(offset, 1, 0, 0, Encoding.UTF8.GetBytes(body));

    private sealed class Stage(BrokerSession session, StreamConnection connection) : IAsyncDisposable
    {
        public StreamConnection Connection => connection;

        public static async Task<Stage> Open(ScriptedBroker broker)
        {
            var session = new BrokerSession(
                new StoreOpening
                {
                    Address = string.Create(
                        CultureInfo.InvariantCulture, $"amqp://u:p@127.0.0.1:1/v?stream={broker.Port}"),
                    Shown = "the broker", Migration = "m", Mark = "0123abcd", Elsewhere = "",
                    Clock = TimeProvider.System, Chance = () => 0.5,
                },
                StoreRole.Source);
            try
            {
                return new Stage(session, await StreamConnection.Open(session, None));
            }
            catch
            {
                await session.DisposeAsync();
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await connection.DisposeAsync();
            await session.DisposeAsync();
        }
    }
}
