using System.Text.Json;

namespace Godwit.Connectors.RabbitMq.Topology;

/// <summary>What the management API says of a queue.</summary>
internal sealed record QueueFacts(string Name, string Type, JsonElement All)
{
    internal bool IsDurable => BrokerArguments.Flag(All, "durable");

    internal bool IsExclusive => BrokerArguments.Flag(All, "exclusive");

    internal bool IsAutoDelete => BrokerArguments.Flag(All, "auto_delete");

    internal bool IsStream => Type == "stream";

    internal long Messages => Number("messages");

    internal long Bytes => Number("message_bytes");

    internal long Consumers => Number("consumers");

    /// <summary>As JSON, names in order.</summary>
    internal SortedDictionary<string, JsonElement> Arguments => BrokerArguments.Sorted(All);

    /// <summary>Whether messages may overtake each other in it.</summary>
    internal bool HasPriorities => Arguments.ContainsKey("x-max-priority");

    /// <summary>Whether it serves one consumer at a time by itself.</summary>
    internal bool IsSingleActive => Arguments.TryGetValue("x-single-active-consumer", out var value)
        && value.ValueKind == JsonValueKind.True;

    /// <summary>How often it delivers a message before it drops it, as the broker takes argument and policy together;
    /// null where neither says it, negative where there is no limit.</summary>
    internal long? DeliveryLimit(PolicyFacts? policy)
    {
        long? argument = Arguments.TryGetValue("x-delivery-limit", out var own) ? own.GetInt64() : null;
        var other = policy?.Setting("delivery-limit")?.GetInt64();
        if (argument is not { } one || other is not { } two)
            return argument ?? other;
        return one < 0 || two < 0 ? Math.Max(one, two) : Math.Min(one, two);
    }

    /// <summary>Whether it refuses messages when it is full, by an argument or by the policy that applies to
    /// it.</summary>
    /// <returns>What says so; null where it does not refuse.</returns>
    internal string? Rejection(PolicyFacts? policy)
    {
        if (Setting("overflow", policy)?.GetString()?.StartsWith("reject", StringComparison.Ordinal) != true)
            return null;
        return policy is null || Arguments.ContainsKey("x-overflow") ? "its x-overflow" : $"the policy '{policy.Name}'";
    }

    /// <summary>The policy that applies to it; null when none.</summary>
    internal PolicyFacts? Policy(IEnumerable<PolicyFacts> policies) => PolicyFacts.For(Name, Type, policies);

    /// <summary>What is set for it, as <c>expires</c>, by an argument or else by the policy that applies to it; null
    /// when nothing is.</summary>
    internal JsonElement? Setting(string name, PolicyFacts? policy) =>
        Arguments.TryGetValue($"x-{name}", out var value) ? value : policy?.Setting(name);

    /// <summary>Everything that has to be the same at both sides.</summary>
    internal string Definition => $"{Type}, durable {IsDurable}, "
        + BrokerArguments.Said(Arguments.Where(one => one.Key != "x-queue-type"));

    internal static QueueFacts Of(JsonElement queue) => new(
        queue.GetProperty("name").GetString()!,
        queue.TryGetProperty("type", out var type) ? type.GetString()! : "classic",
        queue.Clone());

    private long Number(string name) =>
        All.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0;
}
