namespace Godwit.Bench.Peers;

/// <summary>What is lost and doubled when whoever moves messages is killed, or loses its connections, at a moment of
/// chance.</summary>
/// <remarks>The shovel runs in a third broker, so that what is killed holds no messages.</remarks>
internal sealed class RabbitMqCrashCourse(Place place, RabbitMqServers servers, PeerOptions options, QueueLoad load)
{
    // Within it a mover that still has something to do does it.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    private readonly SampleBook _book = new();
    private readonly Dice _dice = new(1);

    internal SampledResult Run()
    {
        using var toSource = new BreakableNetwork(servers.Source.Port);
        using var toTarget = new BreakableNetwork(servers.Target.Port);
        var shovel = new Shovel(
            servers.Third, RabbitMqBroker.ShovelAddress(toSource.Port), RabbitMqBroker.ShovelAddress(toTarget.Port));
        using var godwit = new GodwitQueueMover(
            place, servers.Source.Address(toSource.Port), servers.Target.Address(toTarget.Port));
        (string Name, Action<IQueueMover> Happen)[] accidents =
        [
            ("the mover killed", mover => mover.Crash()),
            ("its connections reset", mover =>
            {
                if (toSource.Break() + toTarget.Break() == 0)
                    throw new InvalidOperationException($"{mover.Name} has no connections.");
            }),
        ];
        for (var round = 1; round <= options.Crashes; round++)
        {
            foreach (var accident in accidents)
            {
                Suffer(shovel, accident.Name, accident.Happen);
                Suffer(godwit, accident.Name, accident.Happen);
            }
        }
        return new SampledResult(
            $"RabbitMQ, {load}, an accident while they move, {place.Name}", _book.All,
            [.. accidents.SelectMany(one => Counts(one.Name)).Select(what => Limit.Worst(what, 0))]);
    }

    private void Suffer(IQueueMover mover, string accident, Action<IQueueMover> happen)
    {
        servers.Reset();
        using var source = new MessageQueue(servers.Source, load);
        using var target = new MessageQueue(servers.Target, load);
        source.Fill(load);
        var moment = load.Count / 10 + _dice.Below(load.Count * 8 / 10);
        mover.Start();
        target.Until(depth => depth >= moment);
        happen(mover);
        AwaitEnd(source, target);
        mover.Stop();
        Thread.Sleep(Rest);
        if (source.Depth != 0)
            throw new InvalidOperationException($"{mover.Name} left {source.Depth} messages at the source.");
        var census = target.TakeAll(load);
        var whats = Counts(accident);
        _book.Keep(mover.Name, whats[0], [census.Lost + census.Harmed]);
        _book.Keep(mover.Name, whats[1], [census.Doubled]);
        _book.Keep(mover.Name, whats[2], [census.Disordered]);
    }

    private static string[] Counts(string accident) =>
        [$"{accident}: lost or harmed", $"{accident}: doubled", $"{accident}: out of order"];

    private static void AwaitEnd(MessageQueue source, MessageQueue target)
    {
        long depth;
        do
        {
            source.Until(waiting => waiting == 0);
            depth = target.Depth;
            Thread.Sleep(Rest);
        }
        while (source.Depth != 0 || target.Depth != depth);
    }
}
