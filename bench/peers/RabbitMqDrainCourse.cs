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
    private const string AtSource = "processor µs a message, source's broker";
    private const string AtTarget = "processor µs a message, target's broker";
    private const string Wrong = "lost, doubled, harmed or out of order";

    // Acknowledgements follow the messages, and what was not acknowledged comes back.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly SampleBook _book = new();

    internal SampledResult Run()
    {
        var (from, to) = (servers.Source.Port, servers.Target.Port);
        var shovel = new Shovel(servers.Target, RabbitMqBroker.ShovelAddress(from), Shovel.Here);
        using var godwit = new GodwitQueueMover(place, servers.Source.Address(from), servers.Target.Address(to));
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
        var already = target.Until(depth => depth > 0);
        var (first, spent) = (Stopwatch.GetTimestamp(), Spent(mover));
        target.Until(depth => depth >= load.Count);
        var time = Stopwatch.GetElapsedTime(first);
        var spentAfter = Spent(mover);
        Thread.Sleep(Rest);
        mover.Stop();
        Thread.Sleep(Rest);
        if (source.Depth != 0)
            throw new InvalidOperationException($"{mover.Name} left {source.Depth} messages at the source.");

        var moved = load.Count - already;
        _book.Keep(mover.Name, Rate, [moved / time.TotalSeconds]);
        _book.Keep(mover.Name, Begin, [Stopwatch.GetElapsedTime(start, first).TotalSeconds]);
        foreach (var (what, before, after) in spent.Zip(spentAfter, (one, other) => (one.What, one.Time, other.Time)))
            _book.Keep(mover.Name, what, [(after - before).TotalMicroseconds / moved]);
        _book.Keep(mover.Name, Wrong, [target.TakeAll(load).Wrong]);
        return moved / time.TotalSeconds;
    }

    /// <summary>What everybody has used of the processors until now.</summary>
    private (string What, TimeSpan Time)[] Spent(IQueueMover mover) =>
    [
        .. mover.ProcessorTime is { } own ? [(Own, own)] : Array.Empty<(string, TimeSpan)>(),
        (AtSource, servers.Source.ProcessorTime),
        (AtTarget, servers.Target.ProcessorTime),
    ];
}
