using System.Text.Json.Serialization;

namespace Godwit.Cli.Demo.Traffic;

[JsonSerializable(typeof(NotedTransaction))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class NoteJson : JsonSerializerContext;
