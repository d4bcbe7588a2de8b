using Godwit.Connectors.RabbitMq;
using Godwit.Core.Problems;
using Godwit.Core.Stores;
using Godwit.Tests.Servers;
using RabbitMQ.Client;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>Over <c>amqps</c>, with certificates that a file of the address vouches for.</summary>
public sealed class MovingEncrypted
{
    private const string Queue = "orders";
    private const string Stream = "events";

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Queues_and_streams_move_between_brokers_that_the_file_vouches_for_and_no_others()
    {
        await using var server = await RabbitMqServer.Start(isEncrypted: true);
        var (from, to) = (await server.NewHost(), await server.NewHost());
        await using var source = await from.Connect();
        await using var target = await to.Connect();
        await source.Declare(Queue, "quorum");
        await source.Declare(Stream, "stream");
        await from.SetPolicy("short", "^orders$", "max-length", 100);
        await source.Publish(Queue, new BasicProperties(), [1]);
        await source.Publish(Stream, new BasicProperties(), [2]);

        await using (var move = await new QueueMove(from.Encrypted(), to.Encrypted()).Open())
        {
            await move.Drain();
            await move.CutOver();
            Assert.True(await move.IsProved());
        }

        Assert.Equal([1], Assert.Single(await target.TakeAll(Queue)).Body.ToArray());
        Assert.Equal([2], Assert.Single(await target.ReadStream(Stream, 1)));
        await using var other = new ServerFolder();
        var stranger = new BrokerCertificates(other).Authority;
        await Refused(from.EncryptedAddress(authority: null), "GW-RMQ-042");
        await Refused(from.EncryptedAddress(stranger), "GW-RMQ-042");
        await Refused(from.EncryptedAddress(server.Certificates!.Authority, "localhost"), "GW-RMQ-042");
        await Refused(from.EncryptedAddress(server.Certificates.Key), "GW-RMQ-001");
        await using var trusting = await Open(from.EncryptedAddress(server.Certificates.Authority));
        Assert.NotNull(trusting);
    }

    private static async Task Refused(string address, string code)
    {
        var refused = await Assert.ThrowsAsync<GodwitException>(() => Open(address));
        Assert.Equal(code, refused.Problem.Code);
        Assert.DoesNotContain(":guest@", refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", refused.ToString(), StringComparison.Ordinal);
    }

    private static Task<IStore> Open(string address) => new RabbitMqConnector().Open(
        new StoreOpening
        {
            Address = address, Shown = "the source", Migration = "queues", Mark = "0123abcd", Elsewhere = "the target",
            FeedsBack = false, Clock = TimeProvider.System, Chance = () => 0.5,
        },
        StoreRole.Source,
        None);
}
