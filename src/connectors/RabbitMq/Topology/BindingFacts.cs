using System.Text.Json;

namespace Godwit.Connectors.RabbitMq.Topology;

/// <summary>What the management API says of a binding.</summary>
/// <param name="Source">An exchange; without a name the default one, which is bound to all queues.</param>
/// <param name="Destination">A queue, or another exchange.</param>
internal sealed record BindingFacts(
    string Source, string Destination, bool IsToQueue, string RoutingKey, JsonElement All)
{
    /// <summary>Whether the broker made it by itself.</summary>
    internal bool IsImplied => Source.Length == 0;

    /// <summary>Everything that it does; the same text for two that do the same.</summary>
    internal string Definition =>
        $"'{Source}' to {(IsToQueue ? "queue" : "exchange")} '{Destination}' by '{RoutingKey}'"
        + (BrokerArguments.Said(BrokerArguments.Sorted(All)) is { Length: > 0 } said ? $" ({said})" : "");

    internal static BindingFacts Of(JsonElement binding) => new(
        binding.GetProperty("source").GetString()!,
        binding.GetProperty("destination").GetString()!,
        binding.GetProperty("destination_type").GetString() == "queue",
        binding.GetProperty("routing_key").GetString()!,
        binding.Clone());

    /// <summary>Whether one message may take both ways, as far as routing keys tell.</summary>
    /// <param name="other">Of the same exchange.</param>
    /// <param name="type">Of the exchange.</param>
    internal bool MeetsWith(BindingFacts other, string type) => type switch
    {
        "direct" => RoutingKey == other.RoutingKey,
        "topic" => Meet(RoutingKey.Split('.'), other.RoutingKey.Split('.')),
        _ => true,
    };

    /// <summary>Whether a routing key fits both patterns: <c>*</c> stands for a word, <c>#</c> for any number of
    /// words.</summary>
    private static bool Meet(ReadOnlySpan<string> one, ReadOnlySpan<string> other)
    {
        if (one.Length > 0 && one[0] == "#")
            return Meet(one[1..], other) || (other.Length > 0 && Meet(one, other[1..]));
        if (other.Length > 0 && other[0] == "#")
            return Meet(other, one);
        if (one.Length == 0 || other.Length == 0)
            return one.Length == other.Length;
        return (one[0] == other[0] || one[0] == "*" || other[0] == "*") && Meet(one[1..], other[1..]);
    }
}
