using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo.Traffic;

/// <summary>The part of a tenant's rows that one writer writes to, as it remembers them.</summary>
/// <remarks>
/// Parts do not overlap, so each key has one writer and its last acknowledged state is known without asking a database:
/// a writer that read back what it wrote would believe whatever the database has made of it.
/// </remarks>
internal sealed class OwnRows
{
    private long _serial;

    /// <param name="part">Which part.</param>
    /// <param name="parts">Of how many.</param>
    public OwnRows(Tenant tenant, ShopSeed seed, int part, int parts)
    {
        Tenant = tenant;
        _serial = 10_000_000 + (part * 1_000_000L);
        var customers = new Dictionary<long, OwnCustomer>();
        var orders = new Dictionary<string, OwnOrder>(StringComparer.Ordinal);
        var at = 0;
        foreach (var row in seed.RowsOf(tenant))
            Take(row, at++ % parts == part, customers, orders);
        Customers = [.. customers.Values];
        Orders = [.. orders.Values];
    }

    public Tenant Tenant { get; }

    public List<OwnCustomer> Customers { get; }

    public List<OwnOrder> Orders { get; }

    public List<ShopRow> Products { get; } = [];

    public List<ShopRow> Events { get; } = [];

    /// <summary>Never used before by anybody.</summary>
    public long NewSerial() => _serial++;

    private void Take(
        ShopRow row, bool isMine, Dictionary<long, OwnCustomer> customers, Dictionary<string, OwnOrder> orders)
    {
        if (row.Table == ShopTable.Customers && isMine)
            customers[(long)row[0]!] = new OwnCustomer(row);
        else if (row.Table == ShopTable.Products && isMine)
            Products.Add(row);
        else if (row.Table == ShopTable.Events && isMine)
            Events.Add(row);
        else if (row.Table == ShopTable.Orders && customers.TryGetValue((long)row[1]!, out var customer))
        {
            orders[(string)row[0]!] = new OwnOrder(row, customer);
            customer.Orders++;
        }
        else if (row.Table == ShopTable.Lines && orders.TryGetValue((string)row[0]!, out var order))
            order.Lines.Add(row);
        else if (row.Table == ShopTable.Payments && orders.TryGetValue((string)row[1]!, out var paid))
            paid.Payments.Add(row);
    }
}
