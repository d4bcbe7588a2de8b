namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>A message as a broker delivered it.</summary>
/// <param name="Message">Its <see cref="Message.Ordinal"/> is given with its batch.</param>
/// <param name="Hash">See <see cref="MessageHash"/>.</param>
/// <param name="Tag">What it is acknowledged by, on the channel that delivered it.</param>
/// <param name="IsRedelivered">Whether it was delivered before.</param>
internal sealed record Delivery(Message Message, UInt128 Hash, ulong Tag, bool IsRedelivered);
