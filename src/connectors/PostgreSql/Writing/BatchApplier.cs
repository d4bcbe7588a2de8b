using Godwit.Core.Changes;
using Godwit.Core.Stores;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>Applies batches on a few connections, in the order of the calls.</summary>
/// <remarks>
/// While one batch is written the next one is brought into temporary tables on another connection, and is written too
/// when no record is in both. It commits when the one before has committed, and only where that one ended.
/// </remarks>
internal sealed class BatchApplier : IAsyncDisposable
{
    /// <summary>How many batches may be under way.</summary>
    internal const int Lanes = 2;

    private readonly Lock _lock = new();
    private readonly PostgreSqlStore _store;
    private readonly BatchLane[] _lanes;
    private readonly Task[] _busy = [.. Enumerable.Repeat(Task.CompletedTask, Lanes)];
    private BatchTurn? _last;
    private int _next;

    internal BatchApplier(PostgreSqlStore store) =>
        (_store, _lanes) = (store, [.. Enumerable.Range(0, Lanes).Select(_ => new BatchLane(store))]);

    internal Task<ApplyOutcome> Apply(ChangeBatch batch, ApplyReason reason, CancellationToken cancellation)
    {
        lock (_lock)
        {
            var turn = _last = new BatchTurn(batch, reason, _last);
            var place = _next++ % Lanes;
            var applying = Apply(_lanes[place], _busy[place], turn, cancellation);
            _busy[place] = applying;
            return applying;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var busy in _busy)
            await Task.WhenAny(busy).ConfigureAwait(false);
        foreach (var lane in _lanes)
            await lane.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<ApplyOutcome> Apply(
        BatchLane lane, Task busy, BatchTurn turn, CancellationToken cancellation)
    {
        var isDurable = false;
        try
        {
            // Whether that failed is known to whoever asked for it.
            await Task.WhenAny(busy).ConfigureAwait(false);
            var outcome = await Failures.Translate(
                _store.Opening.Shown, "apply changes", () => lane.Apply(turn, cancellation), cancellation)
                .ConfigureAwait(false);
            isDurable = true;
            return outcome;
        }
        finally
        {
            if (!isDurable)
                await lane.Close().ConfigureAwait(false);
            turn.End(isDurable);
            Forget(turn);
        }
    }

    /// <summary>Who comes after a batch that has ended need not wait for it, nor share its end.</summary>
    private void Forget(BatchTurn turn)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_last, turn))
                _last = null;
        }
    }
}
