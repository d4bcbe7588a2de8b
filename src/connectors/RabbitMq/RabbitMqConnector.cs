using Godwit.Core.Stores;

namespace Godwit.Connectors.RabbitMq;

/// <summary>RabbitMQ brokers, as source and as target.</summary>
public sealed class RabbitMqConnector : IConnector
{
    public string Scheme => BrokerAddress.Scheme;

    public async Task<IStore> Open(StoreOpening opening, StoreRole role, CancellationToken cancellation)
    {
        var session = new BrokerSession(opening, role);
        var isOpen = false;
        try
        {
            await session.Ask(_ => Task.CompletedTask, cancellation).ConfigureAwait(false);
            isOpen = true;
            return new RabbitMqStore(session);
        }
        finally
        {
            if (!isOpen)
                await session.DisposeAsync().ConfigureAwait(false);
        }
    }
}
