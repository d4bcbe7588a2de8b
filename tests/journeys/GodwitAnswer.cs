using System.Text.Json.Nodes;

namespace Godwit.Tests.Journeys;

/// <summary>What a command has answered.</summary>
/// <param name="Json">Null when its output is no JSON.</param>
internal sealed record GodwitAnswer(int Code, JsonNode? Json, string Output, string Error)
{
    public string? Problem => (string?)Json?["error"]?["code"];

    /// <summary>For the message of a test that fails.</summary>
    public override string ToString() => $"exit code {Code}; {Output}{Error}";
}
