using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>Takes what is and what happens, said in the source's words.</summary>
internal sealed class TranslatedTarget(IStore source, IStore inner, Phrasebook words, CounterNames counters) : ITarget
{
    private readonly BatchTranslation _batches = new(inner);

    public async Task Prepare(IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation)
    {
        await words.Renew(cancellation).ConfigureAwait(false);
        var there = await words.There(streams, cancellation).ConfigureAwait(false);
        await inner.Target.Prepare(there, Said(streams, there, model), cancellation).ConfigureAwait(false);
        await words.Renew(cancellation).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<ChunkDone>> Done(CancellationToken cancellation) => inner.Target.Done(cancellation);

    public async Task<ChunkDone> WriteChunk(
        ScopedStream stream, Chunk chunk, IChunkRead read, CancellationToken cancellation)
    {
        var there = await words.There(stream, cancellation).ConfigureAwait(false);
        var fitting = new FittingRead(read, new Fitting(inner, there));
        await using var _ = fitting.ConfigureAwait(false);
        return await inner.Target.WriteChunk(there, chunk, fitting, cancellation).ConfigureAwait(false);
    }

    public async Task FinishCopy(
        IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation)
    {
        var there = await words.There(streams, cancellation).ConfigureAwait(false);
        await inner.Target.FinishCopy(there, Said(streams, there, model), cancellation).ConfigureAwait(false);
        await words.Renew(cancellation).ConfigureAwait(false);
    }

    public ValueTask<Position?> Reached(CancellationToken cancellation) => inner.Target.Reached(cancellation);

    public Task StartAt(Position position, CancellationToken cancellation) =>
        inner.Target.StartAt(position, cancellation);

    public async Task<ApplyOutcome> Apply(ChangeBatch batch, ApplyReason reason, CancellationToken cancellation)
    {
        var said = new Dictionary<ScopedStream, ScopedStream>();
        foreach (var stream in batch.Touched.Select(one => one.Stream).Concat(batch.Emptied))
            said[stream] = await words.There(stream, cancellation).ConfigureAwait(false);
        var there = _batches.Say(batch, stream => said[stream], isOwned: false);
        return await inner.Target.Apply(there, reason, cancellation).ConfigureAwait(false);
    }

    public Task SetCounters(IReadOnlyList<Counter> counted, CancellationToken cancellation) =>
        inner.Target.SetCounters(counters.There(counted), cancellation);

    public Task Remove(CancellationToken cancellation) => inner.Target.Remove(cancellation);

    public async Task RemoveData(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        var there = await words.There(streams, cancellation).ConfigureAwait(false);
        await inner.Target.RemoveData(there, cancellation).ConfigureAwait(false);
        await words.Renew(cancellation).ConfigureAwait(false);
    }

    private SchemaModel Said(
        IReadOnlyList<ScopedStream> streams, IReadOnlyList<ScopedStream> there, SchemaModel model) =>
        model.Outlines.Count == 0
            ? SchemaModel.None(inner.Abilities.Family)
            : inner.Dialect!.Model(Designs.Of(streams, there, model.Outlines, source.Dialect!));
}
