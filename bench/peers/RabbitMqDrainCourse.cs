using System.Diagnostics;

namespace Godwit.Bench.Peers;

/// <summary>Messages that stand in a queue of one broker, moved to another.</summary>
/// <remarks>The rate is that of the moving itself: from the first look at which messages were at the target until all
/// were there, for those that came in that time. What a mover needs before is shown apart.</remarks>
internal sealed class RabbitMqDrainCourse(
    Place place, RabbitMqServers servers, PeerOptions options, QueueLoad load)
{
    private const string Rate = "messages a second";
    private const string Ratio = "messages a second, × the shovel's";
    private const string Begin = "s before the first message";
    private const string Own = "processor µs a message, own process";
    private const string Brokers = "processor µs a message, both brokers";
    private const string Wrong = "lost, doubled, harmed or out of order";

    // Acknowledgements follow the messages, and what was not acknowledged comes back.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly SampleBook _book = new();

    internal SampledResult Run()
    {
        // A broker speaks to itself faster than over a socket.
        var shovel = new Shovel(servers, servers.Target);
        using var godwit = new GodwitQueueMover(place, servers);
        for (var round = 1; round <= options.Rounds; round++)
        {
            var peer = Measure(shovel);
            var own = Measure(godwit);
            _book.Keep(godwit.Name, Ratio, [own / peer]);
        }
        return new SampledResult(
            $"RabbitMQ, {load}, {place.Name}", _book.All, [Limit.LeastMedian(Ratio, 1.0), Limit.Worst(Wrong, 0)]);
    }

    /// <returns>Messages a second.</returns>
    private double Measure(IQueueMover mover)
    {
        servers.Reset();
        using var source = new MessageQueue(servers.Source, load);
        using var target = new MessageQueue(servers.Target, load);
        source.Fill(load);
        var start = Stopwatch.GetTimestamp();
        mover.Start();
        var before = target.Until(depth => depth > 0);
        var (first, own, brokers) = (Stopwatch.GetTimestamp(), mover.ProcessorTime, servers.ProcessorTime);
        target.Until(depth => depth >= load.Count);
        var time = Stopwatch.GetElapsedTime(first);
        (own, brokers) = (mover.ProcessorTime - own, servers.ProcessorTime - brokers);
        Thread.Sleep(Rest);
        mover.Stop();
        Thread.Sleep(Rest);
        if (source.Depth != 0)
            throw new InvalidOperationException($"{mover.Name} left {source.Depth} messages at the source.");

        var moved = load.Count - before;
        _book.Keep(mover.Name, Rate, [moved / time.TotalSeconds]);
        _book.Keep(mover.Name, Begin, [Stopwatch.GetElapsedTime(start, first).TotalSeconds]);
        if (own is { } spent)
            _book.Keep(mover.Name, Own, [spent.TotalMicroseconds / moved]);
        _book.Keep(mover.Name, Brokers, [brokers.TotalMicroseconds / moved]);
        _book.Keep(mover.Name, Wrong, [target.TakeAll(load).Wrong]);
        return moved / time.TotalSeconds;
    }
}
