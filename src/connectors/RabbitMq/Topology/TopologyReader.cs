namespace Godwit.Connectors.RabbitMq.Topology;

/// <summary>Reads what has to be made at a target for queues that are moved.</summary>
internal sealed class TopologyReader(ManagementApi management)
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _lastResorts = new(StringComparer.Ordinal);
    private readonly List<BindingFacts> _coming = [];
    private IReadOnlyList<ExchangeFacts> _exchanges = [];
    private IReadOnlyList<BindingFacts> _bindings = [];
    private IReadOnlyList<PolicyFacts> _policies = [];

    /// <returns>Null without a management API.</returns>
    internal async Task<Wiring?> Read(IReadOnlyList<string> queues, CancellationToken cancellation)
    {
        var facts = await management.TryQueues(cancellation).ConfigureAwait(false);
        var exchanges = await management.TryExchanges(cancellation).ConfigureAwait(false);
        var bindings = await management.TryBindings(cancellation).ConfigureAwait(false);
        if (facts is null || exchanges is null || bindings is null)
            return null;
        (_exchanges, _bindings) = (exchanges, bindings);
        _policies = await management.TryPolicies(cancellation).ConfigureAwait(false) ?? [];
        var selected = facts.Where(one => queues.Contains(one.Name, StringComparer.Ordinal)).ToList();
        foreach (var queue in selected)
        {
            if (DeadLetters(queue) is { } exchange)
                AddLastResort(exchange);
            Follow(queue.Name, isQueue: true);
        }
        var applied = selected.Select(one => PolicyFacts.For(one.Name, isQueue: true, _policies))
            .Concat(_names.Select(one => PolicyFacts.For(one, isQueue: false, _policies)))
            .OfType<PolicyFacts>().Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        return new Wiring(
            [.. _policies.Where(one => applied.Contains(one.Name))],
            [.. exchanges.Where(one => _names.Contains(one.Name))], selected, _coming,
            [.. Strays(selected, facts).Distinct()]);
    }

    private string? DeadLetters(QueueFacts queue) =>
        queue.Setting("dead-letter-exchange", PolicyFacts.For(queue.Name, isQueue: true, _policies))?.GetString();

    private void AddLastResort(string exchange)
    {
        _lastResorts.Add(exchange);
        Add(exchange);
    }

    /// <summary>An exchange, whatever leads to it, and where it sends what it cannot route.</summary>
    private void Add(string exchange)
    {
        if (!_names.Add(exchange))
            return;
        Follow(exchange, isQueue: false);
        var facts = _exchanges.FirstOrDefault(one => one.Name == exchange);
        if (facts?.Alternate(PolicyFacts.For(exchange, isQueue: false, _policies)) is { } alternate)
            AddLastResort(alternate);
    }

    /// <summary>Bindings that lead to a queue or an exchange, and the exchanges that they come from.</summary>
    private void Follow(string destination, bool isQueue)
    {
        foreach (var binding in _bindings)
        {
            if (binding.Destination != destination || binding.IsToQueue != isQueue || binding.IsImplied
                || binding.Source.StartsWith(BrokerNames.Prefix, StringComparison.Ordinal))
                continue;
            _coming.Add(binding);
            Add(binding.Source);
        }
    }

    private IEnumerable<(string Exchange, string End)> Strays(
        IReadOnlyList<QueueFacts> selected, IReadOnlyList<QueueFacts> all)
    {
        var leaving = _bindings.Where(one => !one.IsImplied && _names.Contains(one.Source) && !_coming.Contains(one));
        foreach (var binding in leaving)
        {
            if (IsLasting(binding, all) && MayShare(binding))
                yield return (binding.Source, binding.Destination);
        }
        foreach (var queue in selected.Where(one => DeadLetters(one) is ""))
        {
            var policy = PolicyFacts.For(queue.Name, isQueue: true, _policies);
            var key = queue.Setting("dead-letter-routing-key", policy)?.GetString();
            if (key is not null && selected.All(one => one.Name != key) && all.Any(one => one.Name == key))
                yield return ("", key);
        }
    }

    /// <summary>Whether it is more than one connection's, or ours.</summary>
    private static bool IsLasting(BindingFacts binding, IReadOnlyList<QueueFacts> all) =>
        !binding.Destination.StartsWith(BrokerNames.Prefix, StringComparison.Ordinal)
        && (!binding.IsToQueue
            || all.Any(one => one.Name == binding.Destination && !one.IsExclusive && !one.IsAutoDelete));

    /// <summary>Whether messages take it that are ours too, as those that nobody else wants are.</summary>
    private bool MayShare(BindingFacts leaving)
    {
        var type = _exchanges.FirstOrDefault(one => one.Name == leaving.Source)?.Type ?? "";
        return _lastResorts.Contains(leaving.Source)
            || _coming.Any(one => one.Source == leaving.Source && one.MeetsWith(leaving, type));
    }
}
