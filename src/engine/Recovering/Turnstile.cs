namespace Godwit.Engine.Recovering;

/// <summary>Lets work through one at a time, in the order of asking.</summary>
/// <remarks>A semaphore's waiters are released on other threads; this one stays on the engine's.</remarks>
internal sealed class Turnstile
{
    private Task _last = Task.CompletedTask;

    /// <param name="work">What only one may do.</param>
    /// <param name="cancellation">Gives up waiting; who waits behind waits for those before all the same.</param>
    internal async Task<T> Enter<T>(Func<Task<T>> work, CancellationToken cancellation = default)
    {
        var before = _last;
        var through = new TaskCompletionSource();
        _last = through.Task;
        try
        {
            await before.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            _ = LetThrough(before, through);
            throw;
        }
        try
        {
            return await work();
        }
        finally
        {
            through.SetResult();
        }
    }

    private static async Task LetThrough(Task before, TaskCompletionSource through)
    {
        await before;
        through.SetResult();
    }
}
