namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>A piece of a stream on its way to the other side.</summary>
/// <param name="Stream">Its name.</param>
/// <param name="End">The offset up to which everything is told with it.</param>
/// <param name="Units">In order; between them may be what is not told, since it came from the other side.</param>
internal sealed record StreamSpan(string Stream, ulong End, IReadOnlyList<StreamUnit> Units)
{
    internal long Bytes => Units.Sum(one => (long)one.Body.Length);
}
