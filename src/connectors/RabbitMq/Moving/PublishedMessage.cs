namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>A message that was published to a queue, or was about to be.</summary>
/// <param name="Ordinal">Which one of its queue it is in its batch.</param>
/// <param name="Hash">See <see cref="MessageHash"/>.</param>
/// <param name="IsSure">Whether the broker has confirmed it: it is there then.</param>
internal readonly record struct PublishedMessage(int Ordinal, UInt128 Hash, bool IsSure);
