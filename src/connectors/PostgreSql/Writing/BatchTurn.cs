using Godwit.Core.Changes;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>A batch's place in the order in which batches become durable.</summary>
internal sealed class BatchTurn(ChangeBatch batch, ApplyReason reason, BatchTurn? before)
{
    private readonly TaskCompletionSource<bool> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private BatchTurn? _before = before;
    private bool _hasEnded;

    /// <summary>Whether the batch is durable, once that is decided.</summary>
    private Task<bool> Ended => _end.Task;

    internal ChangeBatch Batch => batch;

    internal ApplyReason Reason => reason;

    /// <summary>Waits until the batch before is durable.</summary>
    /// <returns>False when it will not be: then this one must not be either.</returns>
    internal Task<bool> Come(CancellationToken cancellation) =>
        _before is { } before ? before.Ended.WaitAsync(cancellation) : Task.FromResult(true);

    /// <summary>Waits for the end of the batch before, for so long.</summary>
    /// <returns>Null when it is not decided by then.</returns>
    internal async Task<bool?> Come(TimeSpan patience, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            return _before is not { } before
                || await before.Ended.WaitAsync(patience, clock, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Whether the batch may be written beside the one before, which is under way: when no record is in
    /// both.</summary>
    /// <remarks>Where the scope of a record is looked up in another table, that table is in both.</remarks>
    internal bool IsApart()
    {
        if (_before is not { } before || !IsSimple || !before.IsSimple)
            return false;
        lock (before._lock)
        {
            // Small streams first: they are the likely ones to be in both.
            return !before._hasEnded && batch.Touched.OrderBy(one => one.Keys.Count)
                .All(one => before.Batch.Touched.All(other => Differ(one, other)));
        }
    }

    /// <summary>The batch is durable, or will not be. From here on it is nobody's but its owner's.</summary>
    internal void End(bool isDurable)
    {
        _before = null;
        lock (_lock)
            _hasEnded = true;
        _end.TrySetResult(isDurable);
    }

    private bool IsSimple => reason == ApplyReason.Following && batch.Emptied.Count == 0
        && batch.Touched.All(one => one.Stream.Kind is ScopeKind.Everything or ScopeKind.ByColumn);

    private static bool Differ(TouchedKeys one, TouchedKeys other)
    {
        if (one.Stream.Number != other.Stream.Number)
            return true;
        var (few, many) = one.Keys.Count < other.Keys.Count ? (one.Keys, other.Keys) : (other.Keys, one.Keys);
        var keys = Enumerable.Range(0, few.Count).Select(at => Key.Of(few, at)).ToHashSet();
        for (var i = 0; i < many.Count; i++)
        {
            if (keys.Contains(Key.Of(many, i)))
                return false;
        }
        return true;
    }
}
