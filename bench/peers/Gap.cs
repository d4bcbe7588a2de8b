using System.Diagnostics;

namespace Godwit.Bench.Peers;

/// <summary>The longest time between two writes that were answered.</summary>
internal sealed class Gap
{
    private readonly Lock _lock = new();
    private long _last = Stopwatch.GetTimestamp();
    private double _longest;

    /// <summary>A write was answered.</summary>
    internal void Note()
    {
        lock (_lock)
        {
            _longest = Math.Max(_longest, Stopwatch.GetElapsedTime(_last).TotalMilliseconds);
            _last = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>In milliseconds, since it was asked last; one that has not ended counts as far as it is.</summary>
    internal double TakeLongest()
    {
        lock (_lock)
        {
            var longest = Math.Max(_longest, Stopwatch.GetElapsedTime(_last).TotalMilliseconds);
            _longest = 0;
            return longest;
        }
    }
}
