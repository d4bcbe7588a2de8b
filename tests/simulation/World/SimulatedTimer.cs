namespace Godwit.Tests.Simulation;

/// <summary>A timer of the <see cref="SimulatedClock"/>. Each change makes older entries in the clock's queue
/// worthless.</summary>
internal sealed class SimulatedTimer(SimulatedClock clock, TimerCallback callback, object? state) : ITimer
{
    private TimeSpan _period = Timeout.InfiniteTimeSpan;

    internal long Version { get; set; }

    internal bool IsOver { get; private set; }

    internal void MakeReady() => clock.MakeReady(this);

    internal void Ring()
    {
        if (IsOver)
            return;
        if (_period > TimeSpan.Zero)
            clock.Schedule(this, _period);
        callback(state);
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (IsOver)
            return false;
        _period = period;
        if (dueTime == Timeout.InfiniteTimeSpan)
            Version++;
        else
            clock.Schedule(this, dueTime);
        return true;
    }

    public void Dispose() => IsOver = true;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
