namespace Godwit.Connectors.Redis.Rdb;

/// <summary>The last delivery of a pending entry.</summary>
/// <param name="AtMs">Milliseconds since 1970.</param>
/// <param name="Count">How often it was delivered.</param>
internal readonly record struct StreamDelivery(long AtMs, ulong Count);
