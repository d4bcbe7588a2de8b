using Godwit.Core.Changes;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Asks producers to follow the route; what they send to the fenced side all the same is brought
/// over.</summary>
internal sealed class RabbitMqFence(BrokerSession session, RabbitMqChanges changes) : IFence
{
    public Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested ? Task.FromCanceled(cancellation) : Task.CompletedTask;

    public async Task Raise(CancellationToken cancellation)
    {
        await changes.EnsureAlone(cancellation).ConfigureAwait(false);
        session.Flow.Raise();
        changes.Wake();
    }

    public async Task Lower(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        session.Flow.Lower();
        changes.Wake();
        await changes.LetGo(cancellation).ConfigureAwait(false);
    }

    public Task<ChangeBatch?> LateWrites(CancellationToken cancellation) => changes.Late(cancellation);

    public Task LateWritesTaken(CancellationToken cancellation) => changes.LateTaken(cancellation);

    public Task Remove(CancellationToken cancellation) => Lower(cancellation);
}
