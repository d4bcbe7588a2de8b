namespace Godwit.Tests.Journeys.Shop;

/// <summary>Takes one order after another for one queue, where the route says.</summary>
/// <remarks>An order is written so that whoever reads its message finds all of it: first what no fence refuses, then
/// the row, which a fence may refuse, then the message.</remarks>
/// <param name="look">Says which side it is, and the route's epoch.</param>
/// <param name="pauses">From one order to the next, and between attempts.</param>
internal sealed class ShopSeller(
    int tenant, string queue, Func<(long Epoch, ShopSide Side)> look, ShopBooks books, TimeSpan pauses)
    : IAsyncDisposable
{
    private readonly Dictionary<ShopSide, ShopClerk> _clerks = [];
    private readonly CancellationTokenSource _stop = new();
    private int _number;
    private Task _selling = Task.CompletedTask;

    /// <summary>Between two orders.</summary>
    public ShopGate Rest { get; } = new();

    /// <summary>Between an order's row and its message.</summary>
    public ShopGate Sending { get; } = new();

    /// <summary>What has ended it; null while all is well.</summary>
    public string? Failure => _selling.Exception?.ToString();

    public void Start() => _selling = Sell();

    public async Task Stop()
    {
        await _stop.CancelAsync();
        Rest.Open();
        Sending.Open();
        await _selling;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        foreach (var clerk in _clerks.Values)
            await clerk.DisposeAsync();
        _stop.Dispose();
    }

    private async Task Sell()
    {
        using var pace = new PeriodicTimer(pauses);
        for (; !_stop.IsCancellationRequested; _number++)
        {
            var attempt = 1;
            while (!await TrySell(attempt, pace))
                attempt++;
            await Rest.Pass();
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <returns>False when the tenant has moved meanwhile: all of the order is written anew.</returns>
    private async Task<bool> TrySell(int attempt, PeriodicTimer pace)
    {
        var (epoch, side) = look();
        var clerk = await Clerk(side);
        var order = new Order(tenant, queue, _number, epoch, attempt);
        await clerk.Prepare(order);
        while (!await clerk.TryInsert(order))
        {
            books.Refuse();
            await pace.WaitForNextTickAsync(CancellationToken.None);
            if (look().Epoch == epoch)
                continue;
            books.GiveUp(order);
            return false;
        }
        await Sending.Pass();
        await clerk.Publish(order);
        books.Sell(order);
        return true;
    }

    private async Task<ShopClerk> Clerk(ShopSide side) =>
        _clerks.TryGetValue(side, out var clerk) ? clerk : _clerks[side] = await ShopClerk.At(side);
}
