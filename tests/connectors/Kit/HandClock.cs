namespace Godwit.Tests.Connectors.Kit;

/// <summary>A clock that is moved by hand; timers fire while it is moved.</summary>
internal sealed class HandClock : TimeProvider
{
    private readonly List<HandTimer> _timers = [];
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HandTimer(() => callback(state), _now + dueTime);
        _timers.Add(timer);
        return timer;
    }

    internal void Advance(TimeSpan by)
    {
        _now += by;
        foreach (var timer in _timers.FindAll(one => one.Due <= _now))
        {
            _timers.Remove(timer);
            timer.Fire();
        }
    }

    private sealed class HandTimer(Action fire, TimeSpan due) : ITimer
    {
        private bool _disposed;

        internal TimeSpan Due => due;

        internal void Fire()
        {
            if (!_disposed)
                fire();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) =>
            throw new NotSupportedException("Timers here fire once.");

        public void Dispose() => _disposed = true;

        public ValueTask DisposeAsync()
        {
            _disposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
