using Godwit.Core.Changes;
using Godwit.Core.Positions;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>The next batch, made while the target is busy with the one before.</summary>
/// <remarks>What it tells counts only when it is taken by who stands where the batch before ended.</remarks>
internal sealed class BatchAhead : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<ChangeBatch?> _making;
    private bool _isTaken;

    internal BatchAhead(Position after, Func<CancellationToken, Task<ChangeBatch?>> make)
    {
        After = after;
        _making = Task.Run(() => make(_stop.Token));
    }

    /// <summary>Where the batch before ended.</summary>
    internal Position After { get; }

    /// <summary>The batch, the taker's from here on; null when there was none after all.</summary>
    internal async Task<ChangeBatch?> Take(CancellationToken cancellation)
    {
        var batch = await _making.WaitAsync(cancellation).ConfigureAwait(false);
        _isTaken = true;
        return batch;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        // Whether it failed does not matter any more: whatever it was is read again.
        await Task.WhenAny(_making).ConfigureAwait(false);
        if (!_isTaken && _making.IsCompletedSuccessfully
            && await _making.ConfigureAwait(false) is { } batch)
        {
            await batch.DisposeAsync().ConfigureAwait(false);
        }
        _stop.Dispose();
    }
}
