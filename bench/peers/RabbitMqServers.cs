namespace Godwit.Bench.Peers;

/// <summary>Two private brokers, a source and a target, and on demand a third that holds no data.</summary>
internal sealed class RabbitMqServers(Place place) : IDisposable
{
    private RabbitMqBroker? _third;

    internal RabbitMqBroker Source { get; } = new(place, "source");

    internal RabbitMqBroker Target { get; } = new(place, "target");

    /// <summary>Where a shovel may be killed without a loss of what others hold.</summary>
    internal RabbitMqBroker Third => _third ??= new RabbitMqBroker(place, "third");

    /// <summary>Leaves nothing at any of them.</summary>
    internal void Reset()
    {
        Source.Reset();
        Target.Reset();
        _third?.Reset();
    }

    public void Dispose()
    {
        Source.Dispose();
        Target.Dispose();
        _third?.Dispose();
    }
}
