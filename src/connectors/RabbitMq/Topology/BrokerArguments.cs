using System.Text.Json;

namespace Godwit.Connectors.RabbitMq.Topology;

/// <summary>Arguments and flags of a queue, an exchange or a binding, as the management API says them.</summary>
internal static class BrokerArguments
{
    /// <summary>As JSON, names in order; none where nothing is said.</summary>
    internal static SortedDictionary<string, JsonElement> Sorted(JsonElement what) =>
        new(Members(what).ToDictionary(one => one.Name, one => one.Value), StringComparer.Ordinal);

    /// <summary>As AMQP takes them.</summary>
    internal static Dictionary<string, object?> Values(JsonElement what) =>
        Members(what).ToDictionary(one => one.Name, one => Value(one.Value), StringComparer.Ordinal);

    /// <summary>The same text for two that are the same.</summary>
    internal static string Said(IEnumerable<KeyValuePair<string, JsonElement>> sorted) =>
        string.Join(", ", sorted.Select(one => $"{one.Key} {one.Value.GetRawText()}"));

    internal static bool Flag(JsonElement what, string name) =>
        what.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static JsonProperty[] Members(JsonElement what) =>
        what.TryGetProperty("arguments", out var all) && all.ValueKind == JsonValueKind.Object
            ? [.. all.EnumerateObject()]
            : [];

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? (object)whole : value.GetDouble(),
        JsonValueKind.Array => value.EnumerateArray().Select(Value).ToList(),
        JsonValueKind.Object => value.EnumerateObject().ToDictionary(one => one.Name, one => Value(one.Value)),
        _ => throw new InvalidOperationException($"An argument is {value.ValueKind}."),
    };
}
