using Godwit.Tests.Simulation;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>Writers at work in a shop, until they are stopped. What they are told is done is in the ledger.</summary>
internal sealed class ShopTraffic(ShopLedger ledger, ShopHabits habits, ulong seed) : IAsyncDisposable
{
    private readonly Dice _dice = new(seed);
    private readonly List<ShopWriter> _writers = [];
    private readonly List<Task> _work = [];
    private readonly CancellationTokenSource _stop = new();

    public ShopTally Tally { get; } = new(TimeProvider.System);

    /// <summary>Starts writers for some tenants, which share their rows out. A tenant is started once.</summary>
    public void Start(int writers, params IReadOnlyList<int> tenants)
    {
        // All of them before the first one writes: they share out what they find in the ledger.
        var some = Enumerable.Range(0, writers).Select(writer => new ShopWriter(
            habits, ledger, Tally, tenants, _dice.Split(), (writer, writers, _writers.Count + writer))).ToList();
        _writers.AddRange(some);
        _work.AddRange(some.Select(one => Task.Run(() => one.Write(_stop.Token))));
    }

    /// <summary>Waits for so many more transactions; fails with what a writer wondered about.</summary>
    public async Task GoesOn(int transactions)
    {
        var enough = Tally.Transactions + transactions;
        await Until.Holds(
            $"{transactions} more transactions",
            () => Tally.Transactions >= enough || _work.Exists(one => one.IsFaulted),
            () => $"{Tally.Transactions} of {enough}; {string.Join("; ", Tally.Said.Keys)}");
        await IsWell();
    }

    /// <summary>Fails with what a writer wondered about.</summary>
    public async Task IsWell()
    {
        foreach (var broken in _work.Where(one => one.IsFaulted))
            await broken;
    }

    /// <summary>Lets every writer bring its transaction to an end; fails with what one has wondered about.</summary>
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
