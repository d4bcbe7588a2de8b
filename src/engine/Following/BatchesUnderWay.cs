using Godwit.Engine.Recovering;

namespace Godwit.Engine.Following;

/// <summary>Batches that are on their way to the destination, in order, and gaps between them for other
/// writes.</summary>
internal sealed class BatchesUnderWay
{
    private readonly Queue<Task> _batches = [];
    private readonly Turnstile _starting = new();

    /// <summary>Sends a batch on its way, when nobody writes between batches at the moment.</summary>
    /// <param name="bring">Brings it; is given the end of the batch before, which may have failed.</param>
    internal Task Start(Func<Task, Task> bring) => _starting.Enter(() =>
    {
        _batches.Enqueue(bring(_batches.LastOrDefault() ?? Task.CompletedTask));
        return Task.FromResult(true);
    });

    /// <summary>Writes that must not cross a batch that is being applied: what they read stays newest until
    /// written.</summary>
    internal Task<T> Between<T>(Func<Task<T>> write) => _starting.Enter(async () =>
    {
        foreach (var batch in _batches.ToList())
            await Task.WhenAny(batch); // Whoever settles hears whether it failed.
        return await write();
    });

    /// <summary>Waits until no more than this many are under way.</summary>
    /// <remarks>The first failure rises when none is under way any more: nothing is applied behind it.</remarks>
    internal async Task Settle(int left)
    {
        try
        {
            while (_batches.Count > left)
            {
                await _batches.Peek();
                _ = _batches.Dequeue();
            }
        }
        catch
        {
            await Abandon();
            throw;
        }
    }

    /// <summary>Waits for the end of all, whatever it is.</summary>
    internal async Task Abandon()
    {
        while (_batches.TryDequeue(out var batch))
            await Task.WhenAny(batch);
    }
}
