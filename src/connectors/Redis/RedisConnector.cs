using Godwit.Connectors.Redis.Clusters;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis;

/// <summary>Redis servers, and servers that speak like them, as source and as target.</summary>
public sealed class RedisConnector : IConnector
{
    public string Scheme => RedisAddress.Scheme;

    /// <summary>The servers of a cluster are moved side by side.</summary>
    public async Task<IReadOnlyList<string>> Parts(StoreOpening source, CancellationToken cancellation)
    {
        if (source.Peer is not { } target || !RedisAddress.IsOurs(target))
            return [];
        var parts = await Cutting(source, target).First(cancellation).ConfigureAwait(false);
        return [.. parts.Select(one => $"{RedisAddress.SlotsOption}={one}")];
    }

    /// <summary>Slots that went to another server become parts of their own; what is left goes on.</summary>
    public async Task<IReadOnlyList<string>> PartsAgain(
        StoreOpening source, IReadOnlyList<string> parts, CancellationToken cancellation)
    {
        if (source.Peer is not { } target || !RedisAddress.IsOurs(target) || parts.Count == 0)
            return parts;
        var known = parts.Select(one => RedisAddress.Parse(WithOptions(source.Address, one), source.Shown)).ToList();
        var cut = await Cutting(source, target).Again([.. known.Select(one => one.Slots!)], cancellation)
            .ConfigureAwait(false);
        return [.. cut.Select((slots, at) => $"{RedisAddress.SlotsOption}={slots}"
            + (at >= known.Count || known[at].IsRecut ? $"&{RedisAddress.RecutOption}=1" : ""))];
    }

    private static SlotParts Cutting(StoreOpening source, string target) => new(
        RedisAddress.Parse(source.Address, source.Shown), source.Shown,
        RedisAddress.Parse(target, source.Elsewhere), source.Elsewhere, source.Clock);

    private static string WithOptions(string address, string options) =>
        $"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{options}";

    public async Task<IStore> Open(StoreOpening opening, StoreRole role, CancellationToken cancellation) =>
        new RedisStore(await RedisSession.Open(opening, role, cancellation).ConfigureAwait(false));
}
