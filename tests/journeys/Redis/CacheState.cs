namespace Godwit.Tests.Journeys.Redis;

/// <summary>What a key holds, and when it expires.</summary>
/// <param name="Expires">Null for a key that never does.</param>
internal sealed record CacheState(CacheValue Value, ExpiryTime? Expires = null)
{
    public override string ToString() => Expires is { } at ? $"{Value}, expires {at.From}..{at.Until}" : $"{Value}";
}
