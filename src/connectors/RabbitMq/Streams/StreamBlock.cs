using Godwit.Connectors.RabbitMq.Moving;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Some messages in a row that went over, as one side knows them.</summary>
/// <param name="First">The offset of the first at this side.</param>
/// <param name="End">The offset after the last at this side.</param>
/// <param name="Tally">How many units, and a hash chained over them.</param>
internal sealed record StreamBlock(ulong First, ulong End, QueueTally Tally);
