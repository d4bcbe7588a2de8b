using System.Text;
using System.Text.Json;

namespace Godwit.Connectors.RabbitMq.Topology;

/// <summary>Queues that are moved and what has to be around them.</summary>
/// <param name="Bindings">That lead to the queues and to the exchanges, whichever way.</param>
/// <param name="Strays">Ways that a message takes out of what is moved: the exchange goes along, the queue does
/// not.</param>
internal sealed record Wiring(
    IReadOnlyList<PolicyFacts> Policies, IReadOnlyList<ExchangeFacts> Exchanges, IReadOnlyList<QueueFacts> Queues,
    IReadOnlyList<BindingFacts> Bindings, IReadOnlyList<(string Exchange, string Queue)> Strays)
{
    /// <summary>The kind of what says a policy.</summary>
    internal const string Policy = "policy";

    private static readonly string[] Kept =
    [
        "name", "type", "durable", "auto_delete", "internal", "arguments", "source", "destination",
        "destination_type", "routing_key", "pattern", "apply-to", "definition", "priority",
    ];

    /// <summary>Each as JSON with a member <c>kind</c>, in an order in which they can be made.</summary>
    internal IReadOnlyList<string> Statements =>
    [
        .. Policies.Select(one => Say(Policy, one.All)),
        .. Exchanges.Where(one => one.IsUsers).Select(one => Say("exchange", one.All)),
        .. Queues.Select(one => Say("queue", one.All)),
        .. Bindings.Select(one => Say("binding", one.All)),
    ];

    private static string Say(string kind, JsonElement what)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            foreach (var member in what.EnumerateObject().Where(one => Kept.Contains(one.Name, StringComparer.Ordinal)))
                member.WriteTo(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
