using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Engine.Journal;

/// <summary>Chunks as they are journalled and back.</summary>
internal static class ChunkText
{
    internal static PlannedChunk Write(Chunk chunk) =>
        new(chunk.Index, Write(chunk.Range.From), Write(chunk.Range.To), chunk.Records, chunk.Bytes);

    internal static Chunk Read(int stream, PlannedChunk chunk) =>
        new(stream, chunk.Index, new KeyRange(Read(chunk.From), Read(chunk.To)), chunk.Records, chunk.Bytes);

    private static string? Write(Key? key) => key is null ? null : Convert.ToBase64String(key.Bytes);

    private static Key? Read(string? text) => text is null ? null : Key.FromBytes(Convert.FromBase64String(text));
}
