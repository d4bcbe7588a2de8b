namespace Godwit.Engine.Recovering;

/// <summary>Lets work through one at a time, in the order of asking.</summary>
/// <remarks>A semaphore's waiters are released on other threads; this one stays on the engine's.</remarks>
internal sealed class Turnstile
{
    private Task _last = Task.CompletedTask;

    internal async Task<T> Enter<T>(Func<Task<T>> work)
    {
        var before = _last;
        var through = new TaskCompletionSource();
        _last = through.Task;
        await before;
        try
        {
            return await work();
        }
        finally
        {
            through.SetResult();
        }
    }
}
