using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Schemas;

namespace Godwit.Core.Stores;

/// <summary>Takes what is and what happens.</summary>
public interface ITarget
{
    /// <summary>Creates what is missing (schema, ledgers) and checks what is there. Repeatable.</summary>
    /// <param name="streams">What will be written.</param>
    /// <param name="model">Where the definitions come from when the target has none.</param>
    Task Prepare(IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation);

    /// <summary>The chunks that are completely here.</summary>
    Task<IReadOnlyList<ChunkDone>> Done(CancellationToken cancellation);

    /// <summary>Writes a chunk together with the fact that it is done: all of it or none of it.</summary>
    /// <remarks>Repeating a chunk that was cut off replaces its records. The read stays the caller's.</remarks>
    Task<ChunkDone> WriteChunk(ScopedStream stream, Chunk chunk, IChunkRead read, CancellationToken cancellation);

    /// <summary>After the last chunk: what slows a copy down and may be made afterwards (indexes, triggers,
    /// views).</summary>
    Task FinishCopy(IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation);

    /// <summary>The position of the last batch that is durable here; null before the first.</summary>
    ValueTask<Position?> Reached(CancellationToken cancellation);

    /// <summary>Sets the position without data, before the first batch of a direction.</summary>
    Task StartAt(Position position, CancellationToken cancellation);

    /// <summary>Makes a batch durable together with the position it reaches: all of it or none of it.</summary>
    /// <remarks>Touched keys are forgotten within the scope only; a record outside the scope that is in the way is a
    /// problem, never overwritten. The batch stays the caller's. Where <see cref="Abilities.BatchesUnderWay"/> allows
    /// it calls for following overlap: batches become durable in the order of the calls, and one that tells
    /// <see cref="ChangeBatch.After"/> only where exactly that position was reached; otherwise nothing of it is
    /// written and the call fails with a problem to retry.</remarks>
    Task<ApplyOutcome> Apply(ChangeBatch batch, ApplyReason reason, CancellationToken cancellation);

    /// <summary>Sequences and automatic counters, to be no lower than at the source.</summary>
    Task SetCounters(IReadOnlyList<Counter> counters, CancellationToken cancellation);

    /// <summary>Removes ledgers and everything else that this store was given by Godwit as a target, not the
    /// data.</summary>
    Task Remove(CancellationToken cancellation);

    /// <summary>For an aborted migration: removes the records in scope that Godwit wrote here. Repeatable.</summary>
    Task RemoveData(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation);
}
