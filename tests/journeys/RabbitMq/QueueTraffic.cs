using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Connectors.RabbitMq.Streams;
using Godwit.Tests.Servers;
using RabbitMQ.Client;

namespace Godwit.Tests.Journeys.RabbitMq;

/// <summary>A producer that numbers its messages and goes where the route says, and a consumer that notes every
/// number.</summary>
internal sealed class QueueTraffic(
    ShopRoute route, RabbitMqHost source, RabbitMqHost target, IReadOnlyList<string> queues) : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(2);

    private readonly ConcurrentDictionary<string, int> _produced = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, List<int>> _consumed = new(StringComparer.Ordinal);
    private CancellationTokenSource _producing = new();
    private CancellationTokenSource _consuming = new();
    private Task _producer = Task.CompletedTask;
    private Task _consumer = Task.CompletedTask;

    /// <summary>Produced to as the queues are, and consumed by nobody.</summary>
    public IReadOnlyList<string> Streams { get; init; } = [];

    public int Produced => _produced.Values.Sum();

    public void Produce()
    {
        _producing = new CancellationTokenSource();
        _producer = Produce(_producing.Token);
    }

    public async Task StopProducing()
    {
        await _producing.CancelAsync();
        await _producer;
    }

    public void ConsumeAt(RabbitMqHost place)
    {
        _consuming = new CancellationTokenSource();
        _consumer = Consume(place, _consuming.Token);
    }

    public async Task StopConsuming()
    {
        await _consuming.CancelAsync();
        await _consumer;
    }

    /// <summary>Returns when so many more messages were produced.</summary>
    public async Task GoesOn(int messages)
    {
        var goal = Produced + messages;
        await Until.Holds($"{messages} more messages are produced", () =>
        {
            Assert.False(_producer.IsFaulted, _producer.Exception?.ToString());
            return Produced >= goal;
        });
    }

    /// <summary>Whether each queue's messages were consumed in the order in which they were produced.</summary>
    public bool IsInOrder => _consumed.Values.All(one => one.SequenceEqual(one.Order()));

    /// <summary>What was lost, and what came more than once, with everything that still waits at one side.</summary>
    public async Task<IReadOnlyList<string>> Audit(RabbitMqHost place)
    {
        await using var hand = await place.Connect();
        var found = new List<string>();
        foreach (var queue in queues)
        {
            foreach (var waiting in await hand.TakeAll(queue))
                Note(queue, waiting.Body.Span);
            var seen = _consumed.GetValueOrDefault(queue, []);
            var counts = seen.CountBy(one => one).ToDictionary();
            found.AddRange(Enumerable.Range(0, _produced.GetValueOrDefault(queue))
                .Where(one => counts.GetValueOrDefault(one) != 1)
                .Select(one => $"{queue} {one}: {counts.GetValueOrDefault(one)} times"));
        }
        foreach (var stream in Streams)
        {
            var counts = (await ReadStream(place, stream)).CountBy(one => one).ToDictionary();
            found.AddRange(Enumerable.Range(0, _produced.GetValueOrDefault(stream))
                .Where(one => counts.GetValueOrDefault(one) != 1)
                .Select(one => $"{stream} {one}: {counts.GetValueOrDefault(one)} times"));
        }
        return found;
    }

    /// <summary>The numbers of everything in a stream, in order.</summary>
    public static async Task<IReadOnlyList<int>> ReadStream(RabbitMqHost place, string stream)
    {
        await using var raw = await StreamHand.Of(place.Address);
        var count = (await raw.ReadAll(stream)).Count;
        if (count == 0)
            return [];
        await using var hand = await place.Connect();
        return [.. (await hand.ReadStream(stream, count)).Select(one => int.Parse(one, CultureInfo.InvariantCulture))];
    }

    public async ValueTask DisposeAsync()
    {
        await StopProducing();
        await StopConsuming();
    }

    private async Task Produce(CancellationToken stop)
    {
        await using var atSource = await source.Connect();
        await using var atTarget = await target.Connect();
        using var pace = new PeriodicTimer(Pace);
        while (!stop.IsCancellationRequested)
        {
            foreach (var queue in queues.Concat(Streams))
            {
                var hand = route.Present.Place == target.Address ? atTarget : atSource;
                var number = _produced.GetValueOrDefault(queue);
                await hand.Publish(
                    queue, new BasicProperties { Persistent = true },
                    Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
                _produced[queue] = number + 1;
            }
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task Consume(RabbitMqHost place, CancellationToken stop)
    {
        await using var hand = await place.Connect();
        using var pace = new PeriodicTimer(Pace);
        while (!stop.IsCancellationRequested)
        {
            foreach (var queue in queues)
            {
                if (await hand.Take(queue) is { } one)
                    Note(queue, one.Body.Span);
            }
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private void Note(string queue, ReadOnlySpan<byte> body) =>
        _consumed.GetOrAdd(queue, _ => []).Add(int.Parse(body, CultureInfo.InvariantCulture));
}
