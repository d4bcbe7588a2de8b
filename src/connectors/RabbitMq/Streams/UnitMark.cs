namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>What is remembered of a <see cref="StreamUnit"/>.</summary>
internal readonly record struct UnitMark(ulong Offset, uint Records, UInt128 Hash)
{
    internal static UnitMark Of(StreamUnit unit) => new(unit.Offset, unit.Records, unit.Hash);
}
