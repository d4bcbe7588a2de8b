using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Schemas;

namespace Godwit.Core.Stores;

/// <summary>Tells what happens.</summary>
public interface IChangeSource
{
    /// <summary>Installs capture for the streams. From here on every committed write to them is remembered.</summary>
    /// <remarks>May be called again after any interruption; what is there already is checked and kept. Throws a problem
    /// when capture was lost in between, because then changes may be missing.</remarks>
    Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation);

    /// <summary>Says that <see cref="Prepare"/> will be called for the first time once a copy is through: what takes
    /// its time, and costs the store next to nothing, may begin. Returns at once, and raises nothing that
    /// <see cref="Prepare"/> would raise.</summary>
    Task PrepareSoon(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>A position at or after every change that was committed before the call.</summary>
    /// <remarks>It is the marker of a drain: when <see cref="Next"/> has reached it, nothing older is left. On a source
    /// that would otherwise stay silent, the call makes sure that the position will be reached. Reads that begin
    /// after the call see everything up to it: who drains and then reads must not find an older record.</remarks>
    ValueTask<Position> Mark(CancellationToken cancellation);

    /// <summary>
    /// All changes after a position up to a commit boundary, as soon as there are any; never held back to be filled.
    /// </summary>
    /// <returns>Null when nothing came within <paramref name="patience"/>.</returns>
    /// <remarks>Asked again with the same position, it tells the same or more: nothing is ever left out.</remarks>
    ValueTask<ChangeBatch?> Next(Position after, TimeSpan patience, CancellationToken cancellation);

    /// <summary>Changes up to the position are durable at the target; the source may forget them.</summary>
    ValueTask Acknowledge(Position durable, CancellationToken cancellation);

    /// <summary>Removes capture and everything else that this store was given by Godwit as a source.
    /// Repeatable.</summary>
    Task Remove(CancellationToken cancellation);
}
