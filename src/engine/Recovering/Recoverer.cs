using Godwit.Core.Problems;

namespace Godwit.Engine.Recovering;

/// <summary>Does something until it works, as the problem's <see cref="Recovery"/> says.</summary>
/// <remarks>
/// Only for work that may be repeated: everything the contracts of a store offer is. Retry-problems are tried again
/// with growing pauses; after <see cref="MostRetries"/> in a row, and for Pause-problems at once, the problem is
/// reported and the work waits longer, or until somebody says 'resume'. The other problems rise.
/// </remarks>
internal sealed class Recoverer(TimeProvider clock, Func<Problem?, CancellationToken, Task> report)
{
    internal const int MostRetries = 8;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>What each piece of work is stuck with; one that gets on must not hide that another does not.</summary>
    private readonly Dictionary<object, Problem> _stuck = [];

    private TaskCompletionSource _resumed = new();

    /// <summary>What some work waits because of; null when none does.</summary>
    internal Problem? Stuck => _stuck.Values.FirstOrDefault();

    /// <summary>Whatever waits because of a problem tries again now.</summary>
    internal void Resume()
    {
        var resumed = _resumed;
        _resumed = new TaskCompletionSource();
        resumed.TrySetResult();
    }

    internal Task Do(Func<CancellationToken, Task> work, CancellationToken cancellation) =>
        Do(
            async token =>
            {
                await work(token);
                return true;
            },
            cancellation);

    internal async Task<T> Do<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        var worker = new object();
        try
        {
            return await Do(worker, work, cancellation);
        }
        finally
        {
            _stuck.Remove(worker);
        }
    }

    private async Task<T> Do<T>(
        object worker, Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        var (retries, pauses) = (0, 0);
        while (true)
        {
            Problem problem;
            try
            {
                var result = await work(cancellation);
                if (_stuck.Remove(worker))
                    await report(Stuck, cancellation);
                return result;
            }
            catch (GodwitException failure) when (failure.Problem.Recovery is Recovery.Retry or Recovery.Pause)
            {
                problem = failure.Problem;
            }
            cancellation.ThrowIfCancellationRequested();
            if (problem.Recovery == Recovery.Retry && retries < MostRetries)
            {
                await clock.Wait(FirstRetry * Math.Pow(2, retries++), cancellation);
                continue;
            }
            _stuck[worker] = EngineProblems.GaveUp(problem, retries);
            await report(_stuck[worker], cancellation);
            await Pause(pauses++, cancellation);
            retries = 0;
        }
    }

    private async Task Pause(int pauses, CancellationToken cancellation)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(pauses, 4));
        await clock.WaitFor(_resumed.Task, pause < LongestPause ? pause : LongestPause, cancellation);
    }
}
