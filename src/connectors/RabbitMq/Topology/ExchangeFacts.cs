using System.Text.Json;

namespace Godwit.Connectors.RabbitMq.Topology;

/// <summary>What the management API says of an exchange.</summary>
internal sealed record ExchangeFacts(string Name, string Type, JsonElement All)
{
    internal bool IsDurable => BrokerArguments.Flag(All, "durable");

    internal bool IsAutoDelete => BrokerArguments.Flag(All, "auto_delete");

    /// <summary>Whether only other exchanges may send to it.</summary>
    internal bool IsInternal => BrokerArguments.Flag(All, "internal");

    /// <summary>Whether somebody made it, rather than the broker.</summary>
    internal bool IsUsers => Name.Length > 0 && !Name.StartsWith("amq.", StringComparison.Ordinal);

    /// <summary>Everything that has to be the same at both sides.</summary>
    internal string Definition =>
        $"{Type}, durable {IsDurable}, auto-delete {IsAutoDelete}, internal {IsInternal}, "
        + BrokerArguments.Said(BrokerArguments.Sorted(All));

    /// <summary>Where what it cannot route goes, by an argument or else by the policy that applies to it; null when
    /// nowhere.</summary>
    internal string? Alternate(PolicyFacts? policy) =>
        (BrokerArguments.Sorted(All).TryGetValue("alternate-exchange", out var value)
            ? value
            : policy?.Setting("alternate-exchange"))?.GetString();

    internal static ExchangeFacts Of(JsonElement exchange) => new(
        exchange.GetProperty("name").GetString()!, exchange.GetProperty("type").GetString()!, exchange.Clone());
}
