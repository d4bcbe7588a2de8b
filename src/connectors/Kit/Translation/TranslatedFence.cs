using Godwit.Core.Changes;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>Stops writers of a scope that is said in the source's words.</summary>
internal sealed class TranslatedFence(IStore source, IStore inner, Phrasebook words) : IFence
{
    private readonly BatchTranslation _batches = new(source);

    public async Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        await inner.Fence.Prepare(await words.There(streams, cancellation).ConfigureAwait(false), cancellation)
            .ConfigureAwait(false);

    public Task Raise(CancellationToken cancellation) => inner.Fence.Raise(cancellation);

    public Task Confirm(CancellationToken cancellation) => inner.Fence.Confirm(cancellation);

    public Task Lower(CancellationToken cancellation) => inner.Fence.Lower(cancellation);

    public async Task<ChangeBatch?> LateWrites(CancellationToken cancellation) =>
        await inner.Fence.LateWrites(cancellation).ConfigureAwait(false) is { } late
            ? _batches.Say(late, words.Back, isOwned: true)
            : null;

    public Task Remove(CancellationToken cancellation) => inner.Fence.Remove(cancellation);
}
