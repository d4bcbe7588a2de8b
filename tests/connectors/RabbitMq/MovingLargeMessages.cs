using System.Security.Cryptography;
using RabbitMQ.Client;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>Messages of ten megabytes of anything, between two real brokers.</summary>
public sealed class MovingLargeMessages
{
    private const int Size = 10 << 20;

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task Ten_megabytes_come_over_bit_by_bit_also_when_it_crashes(string type)
    {
        await using var stage = await QueueStage.Set(type);
        await stage.Move.Open();
        var chance = new Random(1);
        var bodies = new List<string>();
        foreach (var step in (int[])[1, 2, 0])
        {
            for (var left = 2; left > 0; left--)
            {
                var body = new byte[Size - step];
                chance.NextBytes(body);
                bodies.Add(Seen(body));
                await stage.Source.Publish(QueueStage.Queue, new BasicProperties { Persistent = true }, body);
            }
            await stage.Move.CrashAfter(step);
        }
        await stage.Move.Drain();

        Assert.Equal(bodies, (await stage.Target.TakeAll(QueueStage.Queue)).Select(one => Seen(one.Body.Span)));
        Assert.True(await stage.Move.IsProved());
    }

    private static string Seen(ReadOnlySpan<byte> body) => Convert.ToHexString(SHA256.HashData(body));
}
