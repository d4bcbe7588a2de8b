using System.Diagnostics;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Godwit.Bench.Peers;

/// <summary>The durable queue that is moved, at one broker, over a connection of its own.</summary>
internal sealed class MessageQueue : IDisposable
{
    internal const string Name = "orders";

    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);

    private readonly IConnection _connection;
    private readonly IChannel _channel;

    /// <summary>Makes it where it is not there yet.</summary>
    internal MessageQueue(RabbitMqBroker broker, QueueLoad load)
    {
        var factory = new ConnectionFactory
        {
            HostName = "127.0.0.1",
            Port = broker.Port,
            VirtualHost = RabbitMqBroker.Host,
            AutomaticRecoveryEnabled = false,
            // Behind many messages an answer takes its time.
            ContinuationTimeout = Silence,
        };
        _connection = Ended(factory.CreateConnectionAsync());
        _channel = Ended(_connection.CreateChannelAsync());
        Ended(_channel.QueueDeclareAsync(
            Name, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = load.QueueType }));
    }

    /// <summary>How many messages wait.</summary>
    internal long Depth => Ended(_channel.MessageCountAsync(Name));

    /// <summary>Publishes persistent messages; returns when all of them wait.</summary>
    internal void Fill(QueueLoad load)
    {
        var properties = new BasicProperties { Persistent = true };
        for (var number = 0; number < load.Count; number++)
            Ended(_channel.BasicPublishAsync("", Name, mandatory: false, properties, load.Body(number)));
        Until(depth => depth == load.Count);
    }

    /// <summary>Looks every few milliseconds until the depth is as wanted.</summary>
    /// <returns>The depth.</returns>
    /// <exception cref="InvalidOperationException">It does not change any more and is not as wanted.</exception>
    internal long Until(Func<long, bool> isWanted)
    {
        var (last, silent) = (-1L, Stopwatch.StartNew());
        while (true)
        {
            var depth = Depth;
            if (isWanted(depth))
                return depth;
            if (depth != last)
                (last, silent) = (depth, Stopwatch.StartNew());
            if (silent.Elapsed > Silence)
                throw new InvalidOperationException($"The queue stays at {depth} messages.");
            Thread.Sleep(Glance);
        }
    }

    /// <summary>Takes all messages away, and says what they were.</summary>
    internal MessageCensus TakeAll(QueueLoad load)
    {
        var (census, left) = (new MessageCensus(load), Depth);
        if (left == 0)
            return census;
        var all = new TaskCompletionSource();
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            census.Add(message.Body.Span);
            if (--left == 0)
                all.SetResult();
            return Task.CompletedTask;
        };
        Ended(_channel.BasicConsumeAsync(Name, autoAck: true, consumer));
        Ended(all.Task.WaitAsync(Silence));
        return census;
    }

    public void Dispose() => _connection.Dispose();

    private static T Ended<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static void Ended(Task task) => task.GetAwaiter().GetResult();

    private static void Ended(ValueTask task)
    {
        if (!task.IsCompletedSuccessfully)
            task.AsTask().GetAwaiter().GetResult();
    }
}
