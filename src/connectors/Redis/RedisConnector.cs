using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis;

/// <summary>Redis servers, and servers that speak like them, as source and as target.</summary>
public sealed class RedisConnector : IConnector
{
    public string Scheme => RedisAddress.Scheme;

    public async Task<IStore> Open(StoreOpening opening, StoreRole role, CancellationToken cancellation) =>
        new RedisStore(await RedisSession.Open(opening, role, cancellation).ConfigureAwait(false));
}
