namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>What is remembered of a <see cref="StreamSpan"/> until it was taken.</summary>
internal sealed record PendingSpan(string Stream, ulong End, IReadOnlyList<UnitMark> Units)
{
    internal static PendingSpan Of(StreamSpan span) =>
        new(span.Stream, span.End, [.. span.Units.Select(UnitMark.Of)]);
}
