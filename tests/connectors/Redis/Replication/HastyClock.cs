namespace Godwit.Tests.Connectors.Redis.Replication;

/// <summary>The real time, but for leaps.</summary>
internal sealed class HastyClock : TimeProvider
{
    private long _leapt;

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _leapt);

    internal void Leap(TimeSpan time) =>
        Interlocked.Add(ref _leapt, (long)(time.TotalSeconds * TimestampFrequency));
}
