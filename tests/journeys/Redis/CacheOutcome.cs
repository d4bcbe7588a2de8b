namespace Godwit.Tests.Journeys.Redis;

/// <summary>One of the ways in which a server may carry a step out.</summary>
/// <param name="Reply">The reply, as text, that says that it was this one; null for any.</param>
/// <param name="Changes">What it does to keys.</param>
internal sealed record CacheOutcome(string? Reply, IReadOnlyList<CacheChange> Changes)
{
    /// <summary>It is possible from this time on only (Unix milliseconds): a key has to expire before.</summary>
    public long NotBefore { get; init; }

    public override string ToString() => NotBefore > 0 ? $"'{Reply}' from {NotBefore} on" : $"'{Reply}'";
}
