using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>Tells what happens, in the source's words and only with values that the source can take back.</summary>
internal sealed class TranslatedChanges(IStore source, IStore inner, Phrasebook words, CounterNames counters)
    : IChangeSource
{
    private readonly BatchTranslation _batches = new(source);

    public async Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        var there = await words.There(streams, cancellation).ConfigureAwait(false);
        await inner.Changes.Prepare(there, cancellation).ConfigureAwait(false);
        await counters.Learn(streams, cancellation).ConfigureAwait(false);
    }

    public ValueTask<Position> Mark(CancellationToken cancellation) => inner.Changes.Mark(cancellation);

    public async ValueTask<ChangeBatch?> Next(Position after, TimeSpan patience, CancellationToken cancellation) =>
        await inner.Changes.Next(after, patience, cancellation).ConfigureAwait(false) is { } batch
            ? _batches.Say(batch, words.Back, isOwned: true)
            : null;

    public ValueTask Acknowledge(Position durable, CancellationToken cancellation) =>
        inner.Changes.Acknowledge(durable, cancellation);

    public Task Remove(CancellationToken cancellation) => inner.Changes.Remove(cancellation);
}
