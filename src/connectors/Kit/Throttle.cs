namespace Godwit.Connectors.Kit;

/// <summary>Lets bytes through no faster than a limit; up to a tenth of a second's worth may come at once.</summary>
public sealed class Throttle(long? bytesPerSecond, TimeProvider clock)
{
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(100);
    private readonly Lock _lock = new();
    private readonly long _start = clock.GetTimestamp();
    private TimeSpan _paidUntil;

    /// <summary>Returns when these bytes may pass. More than a second's worth passes too, and delays those that
    /// follow.</summary>
    public ValueTask Pass(long bytes, CancellationToken cancellation)
    {
        if (bytesPerSecond is not { } limit)
            return ValueTask.CompletedTask;
        var wait = Book(TimeSpan.FromSeconds((double)bytes / limit));
        return wait > TimeSpan.Zero ? new ValueTask(Task.Delay(wait, clock, cancellation)) : ValueTask.CompletedTask;
    }

    private TimeSpan Book(TimeSpan cost)
    {
        lock (_lock)
        {
            var now = clock.GetElapsedTime(_start);
            if (_paidUntil < now - Burst)
                _paidUntil = now - Burst;
            _paidUntil += cost;
            return _paidUntil - now;
        }
    }
}
