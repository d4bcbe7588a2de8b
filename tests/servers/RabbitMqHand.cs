using System.Text;
using RabbitMQ.Client;

namespace Godwit.Tests.Servers;

/// <summary>What applications do at a broker: declare, publish with confirms, and take messages.</summary>
internal sealed class RabbitMqHand : IAsyncDisposable
{
    private readonly IConnection _connection;

    private readonly SemaphoreSlim _confirmed = new(0);

    private RabbitMqHand(IConnection connection, IChannel publishing, IChannel taking)
    {
        (_connection, Publishing, Taking) = (connection, publishing, taking);
        publishing.BasicAcksAsync += (_, _) =>
        {
            _confirmed.Release();
            return Task.CompletedTask;
        };
    }

    public IChannel Publishing { get; }

    public IChannel Taking { get; }

    /// <summary>Of the broker.</summary>
    public Version Release =>
        Version.Parse(Encoding.UTF8.GetString((byte[])_connection.ServerProperties!["version"]!));

    public static async Task<RabbitMqHand> Of(IConnection connection)
    {
        var confirms = new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false);
        return new RabbitMqHand(
            connection,
            await connection.CreateChannelAsync(confirms, CancellationToken.None),
            await connection.CreateChannelAsync(cancellationToken: CancellationToken.None));
    }

    /// <summary>A channel on which a publish is through when the broker has confirmed the message. It adds a header
    /// to each.</summary>
    public Task<IChannel> Confirming() => _connection.CreateChannelAsync(
        new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
        CancellationToken.None);

    /// <summary>Makes a durable queue.</summary>
    /// <param name="type">As <c>classic</c> or <c>quorum</c>.</param>
    public Task Declare(string queue, string type, params (string Name, object Value)[] arguments)
    {
        var all = arguments.ToDictionary(one => one.Name, one => (object?)one.Value, StringComparer.Ordinal);
        if (type != "classic")
            all["x-queue-type"] = type;
        return Taking.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, all, cancellationToken: CancellationToken.None);
    }

    /// <summary>Publishes a message to a queue; it is there when this returns: the broker has confirmed it.</summary>
    public async Task Publish(string queue, BasicProperties properties, byte[] body)
    {
        await Publishing.BasicPublishAsync("", queue, mandatory: true, properties, body, CancellationToken.None);
        Assert.True(await _confirmed.WaitAsync(TimeSpan.FromMinutes(1)), $"A message in {queue} is confirmed");
    }

    /// <summary>How many messages wait.</summary>
    public Task<uint> Depth(string queue) => Taking.MessageCountAsync(queue, CancellationToken.None);

    /// <summary>Takes the first message away; null when the queue is empty.</summary>
    public Task<BasicGetResult?> Take(string queue) =>
        Taking.BasicGetAsync(queue, autoAck: true, CancellationToken.None);

    /// <summary>Takes all messages away.</summary>
    public async Task<IReadOnlyList<BasicGetResult>> TakeAll(string queue)
    {
        var all = new List<BasicGetResult>();
        while (await Take(queue) is { } one)
            all.Add(one);
        return all;
    }

    /// <summary>Has a stream begin anew, empty.</summary>
    public async Task Renew(string stream)
    {
        await Taking.QueueDeleteAsync(stream, cancellationToken: CancellationToken.None);
        await Declare(stream, "stream");
    }

    /// <summary>Reads so many messages of a stream from its beginning, as a consumer does; nothing is taken
    /// away.</summary>
    public async Task<IReadOnlyList<byte[]>> ReadStream(string stream, int count)
    {
        var channel = await _connection.CreateChannelAsync(cancellationToken: CancellationToken.None);
        await using var _ = channel;
        await channel.BasicQosAsync(0, 1000, global: false, CancellationToken.None);
        var reader = new StreamConsumer(channel, count);
        await channel.BasicConsumeAsync(
            stream, autoAck: false, consumerTag: "", noLocal: false, exclusive: false,
            new Dictionary<string, object?> { ["x-stream-offset"] = "first" }, reader, CancellationToken.None);
        return await reader.All.WaitAsync(TimeSpan.FromMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _confirmed.Dispose();
    }
}
