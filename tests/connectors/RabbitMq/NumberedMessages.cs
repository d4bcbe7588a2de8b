using System.Buffers.Binary;
using System.Collections.Concurrent;
using Godwit.Tests.Servers;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>Producers that number their messages queue by queue, and remember which of them the broker has
/// confirmed.</summary>
/// <remarks>A number is used once: a message that nobody confirmed may be there, and is not sent again.</remarks>
internal sealed class NumberedMessages : IAsyncDisposable
{
    private const int AtOnce = 50;

    /// <summary>Of so many at once to each queue: enough for a busy broker, and no flood while nothing is
    /// moved.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<long>> _confirmed = new();
    private readonly TimeSpan _pace;
    private readonly Task _producing;

    /// <param name="pace">How often each producer sends.</param>
    public NumberedMessages(RabbitMqHost host, IReadOnlyList<string> queues, TimeSpan? pace = null)
    {
        _pace = pace ?? Pace;
        foreach (var queue in queues)
            _confirmed[queue] = new();
        _producing = Task.WhenAll(queues.Select(one => Task.Run(() => Produce(host, one))));
    }

    private long Count => _confirmed.Values.Sum(one => (long)one.Count);

    public static long NumberIn(ReadOnlySpan<byte> body) => BinaryPrimitives.ReadInt64BigEndian(body);

    /// <summary>Takes what is in the queues of a broker: each once, in order, and none is missing that was
    /// confirmed.</summary>
    public async Task Audit(RabbitMqHost host, ITestOutputHelper output)
    {
        await using var hand = await host.Connect();
        foreach (var (queue, confirmed) in _confirmed)
        {
            var found = (await hand.TakeAll(queue)).Select(one => NumberIn(one.Body.Span)).ToList();
            var doubled = found.CountBy(one => one).Where(one => one.Value > 1).Select(one => one.Key).ToList();
            output.WriteLine($"{queue}: {found.Count} messages, {doubled.Count} came twice");
            Assert.True(
                doubled.Count == 0, $"{queue}: {doubled.Count} came twice, {string.Join(' ', doubled.Take(5))}");
            Assert.Equal(found.Order(), found);
            Assert.Empty(confirmed.Except(found));
        }
    }

    /// <summary>Returns when so many more are confirmed.</summary>
    public Task GoesOn(int count, TimeSpan patience)
    {
        var enough = Count + count;
        return Until.Holds($"{count} messages more are sent", () => Count >= enough, patience: patience);
    }

    public async Task Stop()
    {
        await _end.CancelAsync();
        await _producing;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _end.Dispose();
    }

    private async Task Produce(RabbitMqHost host, string queue)
    {
        var last = -1L;
        using var pauses = new PeriodicTimer(Pause);
        using var pace = new PeriodicTimer(_pace);
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await using var hand = await host.Connect(heals: false);
                await using var channel = await hand.Confirming();
                while (await pace.WaitForNextTickAsync(_end.Token))
                    await Send(channel, queue, () => ++last);
            }
            catch (Exception down) when (down is RabbitMQClientException or IOException
                or OperationCanceledException or TimeoutException)
            {
                await pauses.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }

    private async Task Send(IChannel channel, string queue, Func<long> next)
    {
        var sent = new List<(long Number, Task Confirmed)>();
        try
        {
            for (var left = AtOnce; left > 0; left--)
            {
                var body = new byte[100];
                var number = next();
                BinaryPrimitives.WriteInt64BigEndian(body, number);
                sent.Add((number, channel.BasicPublishAsync(
                    "", queue, mandatory: true, new BasicProperties { Persistent = true }, body,
                    CancellationToken.None).AsTask()));
            }
            await Task.WhenAll(sent.Select(one => one.Confirmed)).WaitAsync(TimeSpan.FromSeconds(20));
        }
        finally
        {
            foreach (var (number, confirmed) in sent)
            {
                if (confirmed.IsCompletedSuccessfully)
                    _confirmed[queue].Enqueue(number);
            }
        }
    }
}
