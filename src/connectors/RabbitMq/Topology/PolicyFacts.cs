using System.Text.Json;
using System.Text.RegularExpressions;

namespace Godwit.Connectors.RabbitMq.Topology;

/// <summary>What the management API says of a policy.</summary>
internal sealed record PolicyFacts(string Name, JsonElement All)
{
    /// <summary>The kind of what is no queue.</summary>
    internal const string Exchange = "exchange";

    /// <summary>What takes messages away that Godwit counts, or keeps others out.</summary>
    private static readonly string[] Limits =
        ["max-length", "max-length-bytes", "message-ttl", "expires", "overflow", "delivery-limit"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    internal string Pattern => All.GetProperty("pattern").GetString() ?? "";

    internal long Priority =>
        All.TryGetProperty("priority", out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetInt64()
            : 0;

    /// <summary>Whether messages may be lost to it.</summary>
    internal bool HasLimits => All.GetProperty("definition").EnumerateObject()
        .Any(one => Limits.Contains(one.Name, StringComparer.Ordinal));

    /// <summary>What it says of something, as <c>expires</c>; null where it says nothing of it.</summary>
    internal JsonElement? Setting(string name) =>
        All.GetProperty("definition").TryGetProperty(name, out var value) ? value : null;

    private string AppliesTo => All.TryGetProperty("apply-to", out var value) ? value.GetString() ?? "all" : "all";

    /// <summary>Everything of it but its name; the same text for two that do the same.</summary>
    internal string Definition => $"pattern {Pattern}, priority {Priority}, for {AppliesTo}: "
        + string.Join(", ", All.GetProperty("definition").EnumerateObject()
            .OrderBy(one => one.Name, StringComparer.Ordinal).Select(one => $"{one.Name} {one.Value.GetRawText()}"));

    internal static PolicyFacts Of(JsonElement policy) => new(policy.GetProperty("name").GetString()!, policy.Clone());

    /// <summary>The one policy that the broker applies to a queue or an exchange; null when none.</summary>
    /// <param name="kind"><see cref="Exchange"/>, or the type of a queue.</param>
    /// <remarks>What the API says of a queue itself is late: it is told now and then.</remarks>
    internal static PolicyFacts? For(string name, string kind, IEnumerable<PolicyFacts> policies) =>
        policies.Where(one => one.Applies(name, kind)).MaxBy(one => one.Priority);

    /// <summary>A pattern that this machine cannot read is taken for one that fits.</summary>
    private bool Applies(string name, string kind)
    {
        var isOfKind = AppliesTo switch
        {
            "queues" => kind != Exchange,
            "exchanges" => kind == Exchange,
            "classic_queues" => kind == "classic",
            "quorum_queues" => kind == "quorum",
            "streams" => kind == "stream",
            _ => true,
        };
        if (!isOfKind)
            return false;
        try
        {
            return Regex.IsMatch(name, Pattern, RegexOptions.None, Patience);
        }
        catch (Exception strange) when (strange is ArgumentException or RegexMatchTimeoutException)
        {
            return true;
        }
    }
}
