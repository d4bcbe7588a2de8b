using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

internal sealed class HostileTarget(IStore store, Life life, Hostility hostility) : ITarget
{
    private readonly string _name = $"{store.Address} target";

    public Task Prepare(IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation) =>
        hostility.Do(life, $"{_name} prepare", () => store.Target.Prepare(streams, model, cancellation), cancellation);

    public Task<IReadOnlyList<ChunkDone>> Done(CancellationToken cancellation) =>
        hostility.Do(life, $"{_name} done", () => store.Target.Done(cancellation), cancellation);

    public Task<ChunkDone> WriteChunk(
        ScopedStream stream, Chunk chunk, IChunkRead read, CancellationToken cancellation) =>
        hostility.Do(
            life,
            $"{_name} write chunk {chunk.Index} of {stream} seen {read.Visibility}",
            () => store.Target.WriteChunk(stream, chunk, read, cancellation),
            cancellation);

    public Task FinishCopy(IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation) =>
        hostility.Do(
            life, $"{_name} finish", () => store.Target.FinishCopy(streams, model, cancellation), cancellation);

    public async ValueTask<Position?> Reached(CancellationToken cancellation) =>
        await hostility.Do(
            life, $"{_name} reached", () => store.Target.Reached(cancellation).AsTask(), cancellation);

    public Task StartAt(Position position, CancellationToken cancellation) =>
        hostility.Do(
            life, $"{_name} start at {position}", () => store.Target.StartAt(position, cancellation), cancellation);

    public Task<ApplyOutcome> Apply(ChangeBatch batch, ApplyReason reason, CancellationToken cancellation) =>
        hostility.Do(
            life,
            $"{_name} apply {batch.KeyCount} keys, {reason} to {batch.Reached}",
            () => store.Target.Apply(batch, reason, cancellation),
            cancellation);

    public Task SetCounters(IReadOnlyList<Counter> counters, CancellationToken cancellation) =>
        hostility.Do(life, $"{_name} counters", () => store.Target.SetCounters(counters, cancellation), cancellation);

    public Task Remove(CancellationToken cancellation) =>
        hostility.Do(life, $"{_name} remove", () => store.Target.Remove(cancellation), cancellation);

    public Task RemoveData(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        hostility.Do(life, $"{_name} remove data", () => store.Target.RemoveData(streams, cancellation), cancellation);
}
