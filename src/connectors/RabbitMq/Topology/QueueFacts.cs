using System.Text.Json;

namespace Godwit.Connectors.RabbitMq.Topology;

/// <summary>What the management API says of a queue.</summary>
internal sealed record QueueFacts(string Name, string Type, JsonElement All)
{
    internal bool IsDurable => Flag("durable");

    internal bool IsExclusive => Flag("exclusive");

    internal bool IsAutoDelete => Flag("auto_delete");

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

    /// <summary>Whether it refuses messages when it is full, by an argument or by the policy that applies to
    /// it.</summary>
    internal bool Rejects(PolicyFacts? policy) =>
        Setting("overflow", policy)?.GetString()?.StartsWith("reject", StringComparison.Ordinal) == true;

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

    private bool Flag(string name) => All.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private long Number(string name) =>
        All.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0;
}
