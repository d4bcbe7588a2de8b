namespace Godwit.Tests.Journals;

/// <summary>A clock that shows what it is told, and goes on by a second each time it is asked.</summary>
internal sealed class StoppedClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 3, 14, 9, 26, 53, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now += TimeSpan.FromSeconds(1);
}
