namespace Godwit.Tests.Servers;

public sealed class StartingRabbitMq
{
    [Fact]
    public async Task A_virtual_host_is_empty_and_its_queues_keep_what_is_published_across_a_crash()
    {
        await using var server = await RabbitMqServer.Start();
        var host = await server.NewHost();
        await using (var hand = await host.Connect())
        {
            await hand.Declare("q", "classic");
            await hand.Publish("q", new RabbitMQ.Client.BasicProperties { Persistent = true }, [1, 2]);
            await Until.Holds("it is there", async () => await hand.Depth("q") == 1);
        }
        await server.Kill();
        await server.StartAgain();

        await using var again = await host.Connect();
        Assert.Equal([1, 2], Assert.Single(await again.TakeAll("q")).Body.ToArray());
        Assert.Null(await again.Take("q"));
    }
}
