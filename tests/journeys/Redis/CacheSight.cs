namespace Godwit.Tests.Journeys.Redis;

/// <summary>What is seen of a key.</summary>
/// <param name="Expires">Unix milliseconds; null for never.</param>
/// <param name="Detail">What nobody but the server can know, and both sides have to agree on: when entries of a stream
/// were delivered.</param>
internal sealed record CacheSight(CacheValue Value, long? Expires, string Detail);
