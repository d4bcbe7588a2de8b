namespace Godwit.Tests.Simulation;

/// <summary>Time that stands still while anything can run, and then jumps to the next timer.</summary>
/// <remarks>The callbacks run on the one thread, in the context of whoever's clock made the timer.</remarks>
public sealed class SimulatedClock : TimeProvider
{
    private readonly PriorityQueue<(SimulatedTimer Timer, long Version), (long Due, long Order)> _timers = new();
    private readonly OneThread _thread;
    private readonly SynchronizationContext _owner;
    private readonly SimulatedClock _root;
    private long _ticks;
    private long _order;

    internal SimulatedClock(OneThread thread)
    {
        (_thread, _owner, _root) = (thread, thread, this);
    }

    private SimulatedClock(SimulatedClock root, SynchronizationContext owner)
    {
        (_thread, _owner, _root) = (root._thread, owner, root);
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public TimeSpan Elapsed => new(_root._ticks);

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) + Elapsed;

    public override long GetTimestamp() => _root._ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>The same time, for timers whose callbacks belong to one life and end with it.</summary>
    internal SimulatedClock For(Life life) => new(_root, life);

    internal void Schedule(SimulatedTimer timer, TimeSpan due)
    {
        lock (_root._timers)
        {
            var at = _root._ticks + Math.Max(0, due.Ticks);
            _root._timers.Enqueue((timer, ++timer.Version), (at, _root._order++));
        }
    }

    internal void MakeReady(SimulatedTimer timer) => _thread.Enqueue(_owner, _ => timer.Ring(), null);

    /// <summary>Jumps to the next timer and makes its callback ready. False when there is none.</summary>
    internal bool Jump()
    {
        lock (_timers)
        {
            while (_timers.TryDequeue(out var next, out var at))
            {
                if (next.Timer.IsOver || next.Timer.Version != next.Version)
                    continue; // Disposed or changed since.
                _ticks = Math.Max(_ticks, at.Due);
                next.Timer.MakeReady();
                return true;
            }
            return false;
        }
    }
}
