using System.Text.Json;

namespace Godwit.Connectors.RabbitMq.Topology;

/// <summary>Reads what has to be made at a target: policies, exchanges, queues, bindings, in an order in which it can
/// be made.</summary>
internal sealed class TopologyReader(BrokerSession session)
{
    /// <summary>The kind of what says a policy.</summary>
    internal const string Policies = "policy";

    private readonly HashSet<string> _exchanges = new(StringComparer.Ordinal);
    private readonly List<JsonElement> _bindings = [];

    /// <returns>Each as JSON with a member <c>kind</c>; none without a management API.</returns>
    internal async Task<IReadOnlyList<string>> Read(IReadOnlyList<string> queues, CancellationToken cancellation)
    {
        var management = session.Management;
        var facts = await management.TryQueues(cancellation).ConfigureAwait(false);
        var exchanges = await management.TryExchanges(cancellation).ConfigureAwait(false);
        var bindings = await management.TryBindings(cancellation).ConfigureAwait(false);
        var policies = await management.TryPolicies(cancellation).ConfigureAwait(false) ?? [];
        if (facts is null || exchanges is null || bindings is null)
            return [];
        var selected = facts.Where(one => queues.Contains(one.Name, StringComparer.Ordinal)).ToList();
        foreach (var queue in selected)
        {
            var policy = PolicyFacts.For(queue.Name, isQueue: true, policies);
            if (queue.Setting("dead-letter-exchange", policy)?.GetString() is { } name)
                _exchanges.Add(name);
            Follow(bindings, queue.Name, "queue");
        }
        foreach (var exchange in _exchanges.ToList())
            Follow(bindings, exchange, "exchange");
        var applied = selected.Select(one => PolicyFacts.For(one.Name, isQueue: true, policies))
            .Concat(_exchanges.Select(one => PolicyFacts.For(one, isQueue: false, policies)))
            .OfType<PolicyFacts>().Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. policies.Where(one => applied.Contains(one.Name)).Select(one => Say(Policies, one.All)),
            .. exchanges.Where(one => _exchanges.Contains(Text(one, "name")) && IsUsers(Text(one, "name")))
                .Select(one => Say("exchange", one)),
            .. selected.Select(one => Say("queue", one.All)),
            .. _bindings.Select(one => Say("binding", one)),
        ];
    }

    internal static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    /// <summary>Bindings that lead to a queue or an exchange, and the exchanges that they come from.</summary>
    private void Follow(IReadOnlyList<JsonElement> bindings, string destination, string type)
    {
        foreach (var binding in bindings)
        {
            if (Text(binding, "destination") != destination || Text(binding, "destination_type") != type
                || Text(binding, "source").Length == 0
                || Text(binding, "source").StartsWith(BrokerNames.Prefix, StringComparison.Ordinal))
                continue;
            _bindings.Add(binding);
            if (_exchanges.Add(Text(binding, "source")))
                Follow(bindings, Text(binding, "source"), "exchange");
        }
    }

    private static bool IsUsers(string exchange) =>
        exchange.Length > 0 && !exchange.StartsWith("amq.", StringComparison.Ordinal);

    private static string Say(string kind, JsonElement what)
    {
        string[] kept =
        [
            "name", "type", "durable", "auto_delete", "internal", "arguments", "source", "destination",
            "destination_type", "routing_key", "pattern", "apply-to", "definition", "priority",
        ];
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            foreach (var member in what.EnumerateObject().Where(one => kept.Contains(one.Name, StringComparer.Ordinal)))
                member.WriteTo(json);
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }
}
