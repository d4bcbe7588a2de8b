namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>What is remembered of a message: its queue and its hash.</summary>
internal readonly record struct QueuedHash(string Queue, UInt128 Hash);
