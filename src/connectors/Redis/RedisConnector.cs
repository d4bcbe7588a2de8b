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
        var parts = await SlotParts.Of(
            RedisAddress.Parse(source.Address, source.Shown), source.Shown,
            RedisAddress.Parse(target, source.Elsewhere), source.Elsewhere, source.Clock, cancellation)
            .ConfigureAwait(false);
        return [.. parts.Select(one => $"{RedisAddress.SlotsOption}={one}")];
    }

    public async Task<IStore> Open(StoreOpening opening, StoreRole role, CancellationToken cancellation) =>
        new RedisStore(await RedisSession.Open(opening, role, cancellation).ConfigureAwait(false));
}
