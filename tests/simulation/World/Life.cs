namespace Godwit.Tests.Simulation;

/// <summary>One life of a process inside the simulation. It may end anywhere, as by a power cut.</summary>
/// <remarks>
/// Everything that is started through <see cref="Live"/> belongs to the life, with all its continuations and the
/// timers of <see cref="Clock"/>. After <see cref="End"/> none of it runs again: no catch, no finally, no dispose.
/// What it left in databases and journals stays.
/// </remarks>
public sealed class Life(OneThread thread, string name) : SynchronizationContext
{
    private readonly TaskCompletionSource _end = new();

    public bool IsOver => _end.Task.IsCompleted;

    public TimeProvider Clock => field ??= thread.Clock.For(this);

    /// <summary>Lives until the work is done or the life is ended. Its failures are the caller's.</summary>
    /// <returns>False when the life was ended before.</returns>
    public async Task<bool> Live(Func<Task> work)
    {
        var done = new TaskCompletionSource();
        Post(_ => Start(work, done), null);
        var first = await Task.WhenAny(done.Task, _end.Task);
        await first;
        return first == done.Task;
    }

    /// <summary>The power is cut. Returns, but whoever belongs to this life never gets to its next await's other
    /// side.</summary>
    public void End()
    {
        thread.Story.Tell($"{name} dies");
        _end.TrySetResult();
    }

    /// <summary>For those who belong to the life: ends it and waits for ever.</summary>
    public Task Die()
    {
        End();
        return new TaskCompletionSource().Task;
    }

    public override void Post(SendOrPostCallback d, object? state) => thread.Enqueue(this, d, state);

    public override void Send(SendOrPostCallback d, object? state) => thread.Send(d, state);

    public override SynchronizationContext CreateCopy() => this;

    private static async void Start(Func<Task> work, TaskCompletionSource done)
    {
        try
        {
            await work();
            done.TrySetResult();
        }
        catch (Exception failure) when (done.TrySetException(failure))
        {
            // Whoever waits for the life hears of it.
        }
    }
}
