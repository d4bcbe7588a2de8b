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
        var applied = selected.Select(one => one.Policy(_policies))
            .Concat(_names.Select(one => PolicyFacts.For(one, PolicyFacts.Exchange, _policies)))
            .OfType<PolicyFacts>().Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        return new Wiring(
            [.. _policies.Where(one => applied.Contains(one.Name))],
            [.. exchanges.Where(one => _names.Contains(one.Name))], selected, _coming,
            [.. Strays(selected, facts).Distinct()]);
    }

    private string? DeadLetters(QueueFacts queue) =>
        queue.Setting("dead-letter-exchange", queue.Policy(_policies))?.GetString();

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
        if (facts?.Alternate(PolicyFacts.For(exchange, PolicyFacts.Exchange, _policies)) is { } alternate)
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

    private IEnumerable<(string Exchange, string Queue)> Strays(
        IReadOnlyList<QueueFacts> selected, IReadOnlyList<QueueFacts> all)
    {
        var others = all.Where(one => one is { IsExclusive: false, IsAutoDelete: false }).Except(selected)
            .Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        var leaving = _bindings.Where(one => !one.IsImplied && _names.Contains(one.Source) && !_coming.Contains(one));
        foreach (var binding in leaving.Where(MayShare))
        {
            foreach (var queue in Ends(binding, []).Where(others.Contains))
                yield return (binding.Source, queue);
        }
        foreach (var queue in selected.Where(one => DeadLetters(one) is ""))
        {
            var key = queue.Setting("dead-letter-routing-key", queue.Policy(_policies))?.GetString();
            if (key is not null && others.Contains(key))
                yield return ("", key);
        }
    }

    /// <summary>The queues that a binding leads to, by whatever exchanges; none of Godwit's own.</summary>
    private IEnumerable<string> Ends(BindingFacts binding, HashSet<string> seen)
    {
        if (binding.Destination.StartsWith(BrokerNames.Prefix, StringComparison.Ordinal))
            return [];
        if (binding.IsToQueue)
            return [binding.Destination];
        return seen.Add(binding.Destination)
            ? _bindings.Where(one => one.Source == binding.Destination).SelectMany(one => Ends(one, seen))
            : [];
    }

    /// <summary>Whether messages take it that are ours too, as those that nobody else wants are.</summary>
    private bool MayShare(BindingFacts leaving)
    {
        var type = _exchanges.FirstOrDefault(one => one.Name == leaving.Source)?.Type ?? "";
        return _lastResorts.Contains(leaving.Source)
            || _coming.Any(one => one.Source == leaving.Source && one.MeetsWith(leaving, type));
    }
}
