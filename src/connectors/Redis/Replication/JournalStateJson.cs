using System.Text.Json.Serialization;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>Reads and writes the state without reflection, as a trimmed program has to.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(JournalState))]
internal sealed partial class JournalStateJson : JsonSerializerContext;
