using System.Text.Json.Serialization;
using System.Text.Json;

namespace Godwit.Engine.Journal;

/// <summary>The kinds of entries and how their payloads are written. Frozen: kinds and fields are only ever
/// added.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlannedFact))]
[JsonSerializable(typeof(ChunksFact))]
[JsonSerializable(typeof(ChunkDoneFact))]
[JsonSerializable(typeof(PhaseFact))]
[JsonSerializable(typeof(CommandFact))]
[JsonSerializable(typeof(OutcomeFact))]
[JsonSerializable(typeof(HandoffFact))]
[JsonSerializable(typeof(ProblemFact))]
[JsonSerializable(typeof(VerifiedFact))]
[JsonSerializable(typeof(PassFact))]
[JsonSerializable(typeof(RepairedFact))]
[JsonSerializable(typeof(LateWritesFact))]
[JsonSerializable(typeof(MissedFact))]
[JsonSerializable(typeof(HeadFact))]
[JsonSerializable(typeof(CopiedFact))]
[JsonSerializable(typeof(RestedFact))]
[JsonSerializable(typeof(RecutFact))]
internal sealed partial class Facts : JsonSerializerContext
{
    internal static byte[] Write<T>(T fact) => JsonSerializer.SerializeToUtf8Bytes(fact, typeof(T), Default);

    internal static T Read<T>(ReadOnlyMemory<byte> payload) =>
        (T)(JsonSerializer.Deserialize(payload.Span, typeof(T), Default)
            ?? throw new JsonException($"A {typeof(T).Name} is empty."));
}
