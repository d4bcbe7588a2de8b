namespace Godwit.Connectors.Redis.Rdb;

/// <summary>A consumer of a group.</summary>
/// <param name="SeenMs">When it last tried to read, milliseconds since 1970.</param>
/// <param name="ActiveMs">When it last read something; as <paramref name="SeenMs"/> before version 11.</param>
/// <param name="Pending">What was delivered to it and not acknowledged.</param>
internal sealed record StreamConsumer(byte[] Name, long SeenMs, long ActiveMs, IReadOnlyList<StreamId> Pending);
