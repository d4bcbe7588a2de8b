using System.Text.Json.Nodes;

namespace Godwit.Cli.Demo;

/// <summary>What a command has answered: exit code, and the JSON object of <c>--json</c>.</summary>
internal sealed record CommandAnswer(int Code, JsonObject Json);
