using Godwit.Tests.Simulation;
using Npgsql;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>One writer of a shop: one transaction after another, and sometimes two at once.</summary>
internal sealed class ShopWriter : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);

    private const string LockNotAvailable = "55P03";
    private const string Deadlock = "40P01";

    private readonly ShopHabits _habits;
    private readonly ShopLedger _ledger;
    private readonly IReadOnlyList<int> _tenants;
    private readonly Dice _dice;
    private readonly OwnRows _own;
    private readonly ShopDeeds _deeds;
    private readonly ShopTally _tally;
    private readonly ShopConnections _connections = new();

    public ShopWriter(
        ShopHabits habits, ShopLedger ledger, ShopTally tally, IReadOnlyList<int> tenants, Dice dice,
        (int Writer, int Writers, int Number) share)
    {
        (_habits, _ledger, _tally, _tenants, _dice) = (habits, ledger, tally, tenants, dice);
        _own = new OwnRows(ledger, tenants, share.Writer, share.Writers);
        _deeds = new ShopDeeds(new ShopHand(_own, dice, share.Number, habits.LongestText));
    }

    /// <summary>Writes until stopped; a transaction that has begun is brought to its end.</summary>
    /// <exception cref="ShopWonderException">The world is not as this writer had left it.</exception>
    public async Task Write(CancellationToken stop)
    {
        using var pace = new PeriodicTimer(_habits.Pace);
        while (!stop.IsCancellationRequested)
        {
            var tenant = _dice.Pick(_tenants);
            if (await Attempt(tenant, stop))
                await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => _connections.DisposeAsync();

    /// <summary>True when it came to an end; false when the server sent it away or was not there.</summary>
    private async Task<bool> Attempt(int tenant, CancellationToken stop)
    {
        string place;
        try
        {
            place = await _habits.Route(tenant, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
        var open = new List<OpenDeed>();
        try
        {
            await Transact(place, tenant, open);
            return true;
        }
        catch (PostgresException refused) when (_habits.IsFence(refused))
        {
            _tally.Refused(tenant, refused);
        }
        catch (NpgsqlException gone) when (IsGone(gone))
        {
            _tally.Lost(gone);
        }
        await _connections.Close(place);
        foreach (var deed in open)
            await End(deed, place);
        await Pause(stop);
        return false;
    }

    /// <summary>The server or the network is not there, or somebody holds a lock: worth another try, in any
    /// shop.</summary>
    private static bool IsGone(NpgsqlException failure) =>
        failure is not PostgresException
        || failure.SqlState is ['5', '7', 'P', ..] or ['0', '8', ..] or LockNotAvailable or Deadlock;

    private async Task Transact(string place, int tenant, List<OpenDeed> open)
    {
        switch (_dice.Next(10))
        {
            case 0:
                await Interleave(place, tenant, open);
                break;
            case 1:
                var undone = await Begin(place, 0, tenant, open);
                await Do(undone, 1 + _dice.Next(3));
                await undone.Rollback();
                _own.Forget(undone);
                open.Remove(undone);
                break;
            case 2:
                var large = await Begin(place, 0, tenant, open);
                await Do(large, 8 + _dice.Next(12));
                await Commit(large, open);
                break;
            case 3:
                await Hesitate(place, tenant, open);
                break;
            default:
                var deed = await Begin(place, 0, tenant, open);
                await Do(deed, 1);
                if (_dice.Says(0.3))
                    await _deeds.Count(deed);
                await Commit(deed, open);
                break;
        }
    }

    /// <summary>The one that begins first commits last.</summary>
    private async Task Interleave(string place, int tenant, List<OpenDeed> open)
    {
        var first = await Begin(place, 0, tenant, open);
        await Do(first, 1);
        var second = await Begin(place, 1, tenant, open);
        await Do(second, 2);
        await Do(first, 1);
        await Commit(second, open);
        await Do(first, 1);
        await Commit(first, open);
    }

    private async Task Hesitate(string place, int tenant, List<OpenDeed> open)
    {
        var deed = await Begin(place, 0, tenant, open);
        await Do(deed, 1);
        await deed.Run("SAVEPOINT thought");
        await Do(deed, 2);
        await deed.Run(_dice.Says(0.7) ? "ROLLBACK TO thought" : "RELEASE thought");
        await Do(deed, 1);
        await Commit(deed, open);
    }

    private async Task<OpenDeed> Begin(string place, int slot, int tenant, List<OpenDeed> open)
    {
        var deed = new OpenDeed(await _connections.Open(place, slot), tenant, _dice.Says(_habits.AsyncCommits));
        open.Add(deed);
        _own.Open(deed);
        await deed.Begin();
        return deed;
    }

    private async Task Do(OpenDeed deed, int deeds)
    {
        for (; deeds > 0; deeds--)
            await _dice.Pick(_deeds.All)(deed);
    }

    private async Task Commit(OpenDeed deed, List<OpenDeed> open)
    {
        await deed.Commit();
        Acknowledge(deed);
        open.Remove(deed);
    }

    private void Acknowledge(OpenDeed deed)
    {
        _ledger.Note(deed.Rows);
        _own.Settle(deed);
        if (deed.HasWritten)
            _tally.Acknowledged(deed.Tenant);
    }

    /// <summary>Finds out what became of a transaction whose connection is gone, while the server can tell.</summary>
    private async Task End(OpenDeed deed, string place)
    {
        if (!deed.HasWritten)
        {
            _own.Forget(deed);
            return;
        }
        if (await _connections.After(deed, place, Patience) is not { } now)
        {
            _ledger.NoteDoubt(deed.Rows);
            _own.Abandon(deed);
            return;
        }

        if (_ledger.IsThere(deed.Rows, now))
            Acknowledge(deed);
        else
            _own.Forget(deed);
    }

    private static async Task Pause(CancellationToken stop)
    {
        using var glance = new PeriodicTimer(Glance);
        try
        {
            await glance.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // Stopped meanwhile: whoever asks next sees it.
        }
    }
}
