namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>So many offsets in a row that follow each other at both sides.</summary>
/// <param name="There">The first one at the side that they came from.</param>
/// <param name="Here">The first one at the side that they came to.</param>
/// <param name="Count">How many.</param>
internal readonly record struct OffsetSpan(ulong There, ulong Here, ulong Count)
{
    internal ulong EndHere => Here + Count;
}
