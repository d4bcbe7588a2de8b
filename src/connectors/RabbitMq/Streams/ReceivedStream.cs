namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>What Godwit wrote to one stream. Never changes.</summary>
/// <param name="Reference">The name under which the broker counts what it has already; empty before the first
/// batch. Of one attempt only, so that an earlier one's numbers are nothing to it.</param>
/// <param name="Searched">What was written before this offset is in the map.</param>
/// <param name="Map">Which offset is which.</param>
/// <param name="Blocks">Everything that is here for sure.</param>
internal sealed record ReceivedStream(string Reference, ulong Searched, OffsetMap Map, StreamBlocks Blocks)
{
    internal static ReceivedStream None { get; } = new("", 0, OffsetMap.None, StreamBlocks.None);

    internal void Write(BinaryWriter file)
    {
        file.Write(Reference);
        file.Write(Searched);
        Map.Write(file);
        Blocks.Write(file);
    }

    internal static ReceivedStream Read(BinaryReader file) => new(
        file.ReadString(), file.ReadUInt64(), OffsetMap.Read(file), StreamBlocks.Read(file));
}
