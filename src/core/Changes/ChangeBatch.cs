using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Core.Changes;

/// <summary>Everything that happened between two commit boundaries of a source, coalesced by key.</summary>
/// <remarks>
/// <para>Meaning: when a target that was equal to the source at the batch's start forgets all <see cref="Touched"/>
/// keys and takes all <see cref="Current"/> records, it is equal to the source at <see cref="Reached"/>. So a batch can
/// be applied twice, and no order inside it matters but "forget before take" and, where the target enforces it, parents
/// before children.</para>
/// <para>Ownership: the receiver disposes the batch; that ends the source's read transaction, so it must be soon.
/// <see cref="Current"/> may be read once, and its batches belong to the reader.</para>
/// </remarks>
public sealed class ChangeBatch(
    Position reached,
    IReadOnlyList<TouchedKeys> touched,
    Func<CancellationToken, IAsyncEnumerable<StreamRecords>> current,
    Func<ValueTask>? release = null) : IAsyncDisposable
{
    private bool _released;

    /// <summary>The position of the batch's end.</summary>
    public Position Reached { get; } = reached;

    /// <summary>The position of the batch's start, where the batch before ended; null when the source does not
    /// tell.</summary>
    public Position? After { get; init; }

    /// <summary>Commit time of the oldest change in the batch, when the source tells; the measure of lag.</summary>
    public DateTimeOffset? Oldest { get; init; }

    public IReadOnlyList<TouchedKeys> Touched { get; } = touched;

    /// <summary>Streams that were emptied at a stroke: all their records are forgotten before anything else.</summary>
    /// <remarks>Only streams whose scope is everything.</remarks>
    public IReadOnlyList<ScopedStream> Emptied { get; init; } = [];

    /// <summary>Reads whole records of one stream; see <see cref="Whole"/>. Set by sources that tell records in
    /// part.</summary>
    public Func<ScopedStream, RecordBatch, CancellationToken, Task<RecordBatch>>? ReadWhole { get; init; }

    /// <summary>Asked by the target when it writes: whether it must hold what <see cref="TouchedKeys.Expected"/> says.
    /// Not so while records that were read past the log may have reached it: those of a copy, of a repair, or such as
    /// were read by key.</summary>
    public Func<bool> IsSure { get; init; } = () => false;

    /// <summary>The same changes as operations, for a target of the same family, which carries them out instead of
    /// taking <see cref="Current"/>; null where there are none.</summary>
    public INativeChanges? Native { get; init; }

    /// <summary>How many keys were touched, all streams together.</summary>
    public long KeyCount => Touched.Sum(one => (long)one.Keys.Count);

    /// <summary>A batch that only moves the position.</summary>
    public static ChangeBatch Empty(Position reached, Position? after = null) =>
        new(reached, [], _ => None()) { After = after };

    /// <summary>The present records of those touched keys that are not gone, parents' streams first.</summary>
    public IAsyncEnumerable<StreamRecords> Current(CancellationToken cancellation) => current(cancellation);

    /// <summary>The present records of keys of which only a part was told and that the target does not hold.</summary>
    /// <param name="stream">Whose keys.</param>
    /// <param name="keys">Key columns only; stays the caller's.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>All columns; fewer records than keys where some are gone meanwhile, which is told later. The caller
    /// owns it.</returns>
    public Task<RecordBatch> Whole(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) =>
        ReadWhole is { } read
            ? read(stream, keys, cancellation)
            : throw new InvalidOperationException("Records of this batch are told whole.");

    public async ValueTask DisposeAsync()
    {
        if (_released)
            return;
        _released = true;
        foreach (var one in Touched)
            one.Keys.Dispose();
        if (release is not null)
            await release();
    }

    private static async IAsyncEnumerable<StreamRecords> None()
    {
        await Task.CompletedTask;
        yield break;
    }
}
