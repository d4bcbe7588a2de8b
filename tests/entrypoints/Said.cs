using System.Text.Json.Nodes;

namespace Godwit.Tests.Entrypoints;

/// <summary>What a command said, and its exit code.</summary>
internal sealed record Said(int Code, string Output, string Error)
{
    public JsonNode Json => JsonNode.Parse(Output)!;

    public override string ToString() => $"exit code {Code}\n{Output}{Error}";
}
