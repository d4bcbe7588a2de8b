namespace Godwit.Engine.Recovering;

/// <summary>Waits that end on the engine's own thread, also when they are cancelled.</summary>
/// <remarks>A cancelled <c>Task.Delay</c> runs its continuations on the thread pool; a simulated life could not be
/// replayed.</remarks>
internal static class Waiting
{
    /// <summary>Waits for a time.</summary>
    internal static async Task Wait(this TimeProvider clock, TimeSpan time, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var over = new TaskCompletionSource();
        using var timer = clock.CreateTimer(_ => over.TrySetResult(), null, time, Timeout.InfiniteTimeSpan);
        using var registration = cancellation.Register(() => over.TrySetCanceled(cancellation));
        await over.Task;
    }

    /// <summary>Waits for some work, at most for a time. Does not throw what the work threw.</summary>
    internal static async Task WaitFor(
        this TimeProvider clock, Task work, TimeSpan atMost, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var over = new TaskCompletionSource();
        using var timer = clock.CreateTimer(_ => over.TrySetResult(), null, atMost, Timeout.InfiniteTimeSpan);
        using var registration = cancellation.Register(() => over.TrySetCanceled(cancellation));
        await Task.WhenAny(work, over.Task);
        cancellation.ThrowIfCancellationRequested();
    }
}
