namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>A queue that is read.</summary>
internal sealed record SourceQueue(string Name, bool IsQuorum);
