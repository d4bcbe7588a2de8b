using Godwit.Tests.Simulation;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>Writers at work in a cache, until they are stopped. What they are told is done is in the ledger.</summary>
internal sealed class RedisTraffic(RedisHabits habits, Dice dice) : IAsyncDisposable
{
    private readonly List<RedisWriter> _writers = [];
    private readonly List<Task> _work = [];
    private readonly CancellationTokenSource _stop = new();

    public CacheLedger Ledger { get; } = new();

    public RedisTally Tally { get; } = new();

    /// <param name="prefix">Of the names of their keys.</param>
    /// <param name="databases">In which those are.</param>
    public void Start(int writers, string prefix, params IReadOnlyList<int> databases)
    {
        for (; writers > 0; writers--)
        {
            var writer = new RedisWriter(
                new CacheHand(Ledger, dice.Split(), $"{prefix}w{_writers.Count}:", databases), Ledger, Tally, habits);
            _writers.Add(writer);
            _work.Add(Task.Run(() => writer.Write(_stop.Token)));
        }
    }

    /// <summary>Waits for so many more steps; fails with what a writer wondered about.</summary>
    public async Task GoesOn(int steps)
    {
        var enough = Tally.Acknowledged + steps;
        await Until.Holds(
            $"{steps} more steps",
            () => Tally.Acknowledged >= enough || _work.Exists(one => one.IsFaulted),
            () => $"{Tally.Acknowledged} of {enough}; {string.Join("; ", Tally.Said)}");
        await IsWell();
    }

    /// <summary>Fails with what a writer wondered about.</summary>
    public async Task IsWell()
    {
        foreach (var broken in _work.Where(one => one.IsFaulted))
            await broken;
    }

    /// <summary>Lets every writer bring its deed to an end; fails with what one has wondered about.</summary>
    public async Task Stop()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_work);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // Whatever they ran into has been told by Stop or GoesOn, or the test has failed with something else.
        await Task.WhenAll(_work).ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (var writer in _writers)
            await writer.DisposeAsync();
        _stop.Dispose();
    }
}
