using System.Globalization;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>Keys that expire, and keys that would if they were not renewed.</summary>
internal sealed class ExpiryDeeds(CacheHand hand)
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    /// <summary>A key that is left alone, for a short or a long life.</summary>
    public CacheStep Leaf()
    {
        var key = hand.NewKey("leaf", hand.Place());
        var ttl = TimeSpan.FromMilliseconds(hand.Dice.Says(0.8) ? 100 + hand.Dice.Next(3_000) : 3_600_000);
        return CacheHand.Step(
            "OK", ["SET", key.Name, "leaf", "PX", Milliseconds(ttl)], Given(key, CacheValue.Of("leaf"), ttl));
    }

    /// <summary>It must be there until it has not been renewed for as long as it lives.</summary>
    public CacheStep Renew()
    {
        var key = hand.Key("session", hand.Place());
        if (hand.Find(key) is not { Expires: { } expires } state)
            return Set(key);
        return hand.Dice.Next(3) switch
        {
            0 => Set(key),
            1 => Renew(key, state.Value, expires, "1", "0", "PEXPIRE", key.Name, Milliseconds(Short)),
            _ => Renew(key, state.Value, expires, state.Value.Text, "", "GETEX", key.Name, "PX", Milliseconds(Short)),
        };
    }

    /// <summary>A hash that gets time to live, and for ever again.</summary>
    public CacheStep Persist()
    {
        var key = hand.Key("lasting", hand.Place());
        if (hand.Find(key) is not { } state)
            return CacheHand.Step(
                "1", ["HSET", key.Name, "a", "b"],
                new CacheChange(key, new CacheState(CacheValue.Empty("hash").With("a", "b"))));
        return state.Expires is null
            ? CacheHand.Step("1", ["EXPIRE", key.Name, "3600"], Given(key, state.Value, Long))
            : CacheHand.Step("1", ["PERSIST", key.Name], new CacheChange(key, state with { Expires = null }));
    }

    private CacheStep Set(CacheKey key)
    {
        var value = CacheValue.Of(hand.Number());
        return CacheHand.Step("OK", ["SET", key.Name, value.Text, "PX", Milliseconds(Short)], Given(key, value, Short));
    }

    private static CacheStep Renew(
        CacheKey key, CacheValue value, ExpiryTime expires, string there, string gone, params object[] command) =>
        new(
            key.Database, [command],
            [
                new CacheOutcome(there, [Given(key, value, Short)]),
                new CacheOutcome(gone, [new CacheChange(key, null)]) { NotBefore = expires.From },
            ]);

    private static CacheChange Given(CacheKey key, CacheValue value, TimeSpan ttl) =>
        new(key, new CacheState(value)) { Ttl = ttl };

    private static string Milliseconds(TimeSpan time) =>
        ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
