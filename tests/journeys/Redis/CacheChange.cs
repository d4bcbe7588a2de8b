namespace Godwit.Tests.Journeys.Redis;

/// <summary>What a command does to a key.</summary>
/// <param name="State">What it is then; null when it is gone.</param>
internal sealed record CacheChange(CacheKey Key, CacheState? State)
{
    /// <summary>Time to live that the command gives; null to leave the expiry that <see cref="State"/> has.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>The same with the expiry that follows from the times of the command, in Unix milliseconds.</summary>
    public CacheChange At(long sent, long answered)
    {
        if (Ttl is not { } ttl || State is null)
            return this;
        var span = (long)ttl.TotalMilliseconds;
        return this with { State = State with { Expires = new ExpiryTime(sent + span, answered + span) }, Ttl = null };
    }
}
