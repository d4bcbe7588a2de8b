using System.Collections.Concurrent;
using System.Diagnostics;

namespace Godwit.Bench.Peers;

/// <summary>Writes marks at the source, whatever the follower does, and looks when each is at the target.</summary>
/// <remarks>It knows nothing of who follows. A mark's lag begins when it was acknowledged.</remarks>
/// <param name="source">Opens the marks of the source; each thread has its own connection.</param>
/// <param name="target">Opens those of the target.</param>
internal sealed class LagProbe(Func<IMarks> source, Func<IMarks> target)
{
    private static readonly TimeSpan BetweenMarks = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>When each mark that is not yet at the target was acknowledged.</summary>
    private readonly ConcurrentDictionary<long, long> _open = new();
    private readonly List<double> _lags = [];
    private volatile bool _ended;
    private long _seen;

    /// <summary>Probes while something is at work, and until the last mark has come.</summary>
    /// <returns>Lags in milliseconds; a mark that did not come within a minute counts with a minute.</returns>
    internal IReadOnlyList<double> While(Action work)
    {
        var (writer, looker) = (new Thread(Write), new Thread(Look));
        using (var present = target())
            _seen = present.Last();
        writer.Start();
        looker.Start();
        try
        {
            work();
        }
        finally
        {
            _ended = true;
            writer.Join();
            looker.Join();
        }
        return [.. _lags, .. _open.Select(_ => Patience.TotalMilliseconds)];
    }

    private void Write()
    {
        using var marks = source();
        for (var next = marks.Last() + 1; !_ended; next++)
        {
            marks.Write(next);
            _open[next] = Stopwatch.GetTimestamp();
            Thread.Sleep(BetweenMarks);
        }
    }

    private void Look()
    {
        using var marks = target();
        var deadline = long.MaxValue;
        while (!_ended || (!_open.IsEmpty && Stopwatch.GetTimestamp() < deadline))
        {
            if (_ended && deadline == long.MaxValue)
                deadline = Stopwatch.GetTimestamp() + (long)(Patience.TotalSeconds * Stopwatch.Frequency);
            foreach (var number in marks.After(_seen))
                Note(_seen = number);
            Thread.Sleep(BetweenLooks);
        }
    }

    private void Note(long number)
    {
        // It may be there before its writer is told so.
        var committed = 0L;
        SpinWait.SpinUntil(() => _open.TryRemove(number, out committed), TimeSpan.FromSeconds(1));
        _lags.Add(committed == 0 ? 0 : Math.Max(0, Stopwatch.GetElapsedTime(committed).TotalMilliseconds));
    }
}
