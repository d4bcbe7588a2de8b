namespace Godwit.Tests.Journeys.Shop;

/// <summary>What sellers were promised, and what packers have seen.</summary>
internal sealed class ShopBooks
{
    private readonly Lock _lock = new();
    private readonly List<Order> _sold = [];
    private readonly List<Order> _refused = [];
    private readonly List<Order> _packed = [];
    private readonly List<string> _findings = [];
    private readonly HashSet<long> _stirred = [];
    private int _refusals;

    public int Sold => Count(_sold);

    public int Packed => Count(_packed);

    /// <summary>How often the fence said no.</summary>
    public int Refusals => Volatile.Read(ref _refusals);

    /// <summary>Row, key, file and message were acknowledged.</summary>
    public void Sell(Order order) => Add(_sold, order);

    /// <summary>Its row was refused; its file and key are wherever they were written.</summary>
    public void GiveUp(Order order) => Add(_refused, order);

    public void Refuse() => Interlocked.Increment(ref _refusals);

    public void Pack(Order order) => Add(_packed, order);

    /// <summary>Something is not as it must be.</summary>
    public void Find(string finding)
    {
        lock (_lock)
            _findings.Add(finding);
    }

    /// <summary>Messages of an epoch may be out of order: a handover was undone that had moved some of them to a side
    /// which had been left before. From there they come back behind those that were sent meanwhile.</summary>
    public void Stir(long epoch)
    {
        lock (_lock)
            _stirred.Add(epoch);
    }

    /// <summary>Orders of a tenant that were sold.</summary>
    public IReadOnlyList<Order> SoldTo(int tenant) => Of(_sold, tenant);

    /// <summary>Orders of a tenant whose files and keys may be there, while their rows must not.</summary>
    public IReadOnlyList<Order> RefusedTo(int tenant) => Of(_refused, tenant);

    /// <summary>What was found so far, and what messages tell: each came once, and in its queue's order. Messages that
    /// were sent before a switch come to the other side before or after those that were sent there.</summary>
    public IReadOnlyList<string> Audit()
    {
        lock (_lock)
        {
            var counts = _packed.CountBy(one => one).ToDictionary();
            return
            [
                .. _findings,
                .. _sold.Where(one => counts.GetValueOrDefault(one) != 1)
                    .Select(one => $"{one.Id}: {counts.GetValueOrDefault(one)} messages"),
                .. _packed.Except(_sold).Select(one => $"{one.Id}: a message that nobody sent"),
                .. _packed.Where(one => !_stirred.Contains(one.Epoch))
                    .GroupBy(one => (one.Queue, one.Epoch)).SelectMany(Disorder),
            ];
        }
    }

    private static IEnumerable<string> Disorder(IEnumerable<Order> queue) => queue.Zip(queue.Skip(1))
        .Where(pair => pair.First.Number >= pair.Second.Number)
        .Select(pair => $"{pair.Second.Id} came after {pair.First.Id}");

    private int Count(List<Order> orders)
    {
        lock (_lock)
            return orders.Count;
    }

    private void Add(List<Order> orders, Order order)
    {
        lock (_lock)
            orders.Add(order);
    }

    private List<Order> Of(List<Order> orders, int tenant)
    {
        lock (_lock)
            return orders.FindAll(one => one.Tenant == tenant);
    }
}
