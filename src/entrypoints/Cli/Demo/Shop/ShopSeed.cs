namespace Godwit.Cli.Demo.Shop;

/// <summary>What a shop holds before anybody writes to it. The same seed and size give the same rows.</summary>
internal sealed class ShopSeed(int seed, ShopSize size)
{
    private static readonly string?[] Notes =
        [null, "", "it's hers", "two\nlines", "a bird \U0001F426", "tab\tstop", "NULL", "1e3", "  blanks  ", "ÅßÇ ½"];

    private static readonly string[] Plans = ["free", "pro", "max"];
    private static readonly string[] States = ["new", "paid", "sent", "returned"];
    private static readonly string[] Methods = ["card", "transfer", "cash"];

    public ShopSize Size => size;

    /// <summary>A tenant's rows, parents before children.</summary>
    public IEnumerable<ShopRow> RowsOf(Tenant tenant)
    {
        var own = size.Of(tenant);
        return Enumerable.Range(0, own.Customers).Select(at => Customer(tenant, at))
            .Concat(Enumerable.Range(1, own.Products).Select(no => Product(tenant, no)))
            .Concat(Enumerable.Range(0, own.Orders).Select(at => Order(tenant, at)))
            .Concat(Enumerable.Range(0, own.Orders).SelectMany(at => Lines(tenant, at)))
            .Concat(Enumerable.Range(0, own.Orders).SelectMany(at => Payments(tenant, at)))
            .Concat(Enumerable.Range(0, own.Events).Select(at => Event(tenant, at)));
    }

    /// <summary>Small tenants' serials are spread, so that their ids lie among those of the big one.</summary>
    private long Serial(Tenant tenant, int at, Func<TenantSize, int> count) =>
        (long)at * Math.Max(1, count(size.Moved) / count(size.Of(tenant)));

    private ShopRow Customer(Tenant tenant, int at)
    {
        var dice = new Dice(seed, tenant.Slot, 1, at);
        var serial = Serial(tenant, at, one => one.Customers);
        return new ShopRow(ShopTable.Customers,
        [
            tenant.IdOf(serial), (long)tenant.Id, $"c{serial}@example.org", $"Customer {dice.Below(100_000)}",
            dice.Of(Plans), (long)dice.Below(1_000_000), dice.Of(Notes), Avatar(at, dice),
        ]);
    }

    /// <summary>Most have none, some a few kilobytes, very few are larger than a page of anything.</summary>
    private static byte[]? Avatar(int at, Dice dice) => at switch
    {
        _ when at % 4_000 == 7 => dice.Bytes(300_000),
        _ when at % 40 == 3 => dice.Bytes(dice.Below(4_000)),
        _ => null,
    };

    private ShopRow Product(Tenant tenant, int no)
    {
        var dice = new Dice(seed, tenant.Slot, 2, no);
        return new ShopRow(ShopTable.Products,
        [
            (long)tenant.Id, (long)no, $"Product {dice.Below(100_000)}",
            no % 11 == 0 ? null : dice.Below(40_000) / 4.0, (long)dice.Below(1_000),
        ]);
    }

    private ShopRow Order(Tenant tenant, int at)
    {
        var dice = new Dice(seed, tenant.Slot, 3, at);
        var customer = Serial(tenant, at % size.Of(tenant).Customers, one => one.Customers);
        return new ShopRow(ShopTable.Orders,
        [
            CodeOf(tenant, at), tenant.IdOf(customer), $"2026-{1 + (at % 12):00}-{1 + (at % 28):00}T08:00:00Z",
            dice.Of(States), (long)dice.Below(100_000),
        ]);
    }

    private IEnumerable<ShopRow> Lines(Tenant tenant, int at) =>
        Enumerable.Range(1, 1 + (at % 4)).Select(line =>
        {
            var dice = new Dice(seed, tenant.Slot, 4, (at * 10) + line);
            return new ShopRow(ShopTable.Lines,
            [
                CodeOf(tenant, at), (long)line, 1L + dice.Below(size.Of(tenant).Products), 1L + dice.Below(9),
                (long)dice.Below(9_000),
            ]);
        });

    private IEnumerable<ShopRow> Payments(Tenant tenant, int at)
    {
        if (at % 8 >= 5)
            yield break;
        var dice = new Dice(seed, tenant.Slot, 5, at);
        yield return new ShopRow(ShopTable.Payments,
        [
            tenant.IdOf(Serial(tenant, at, one => one.Orders)), CodeOf(tenant, at), (long)dice.Below(100_000),
            dice.Of(Methods),
        ]);
    }

    private ShopRow Event(Tenant tenant, int at)
    {
        var dice = new Dice(seed, tenant.Slot, 6, at);
        object? payload = (at % 5) switch
        {
            0 => null,
            1 => (long)dice.Below(int.MaxValue) * (at % 2 == 0 ? 1 : -4_000_000_000L),
            2 => dice.Below(1_000) / 4.0,
            3 => dice.Bytes(dice.Below(60)),
            _ => $$"""{"page":"/{{dice.Below(99)}}","q":"it's"}""",
        };
        return new ShopRow(ShopTable.Events,
            ["e" + tenant.CodeOf(Serial(tenant, at, one => one.Events)), (long)tenant.Id, dice.Of(States), payload]);
    }

    private string CodeOf(Tenant tenant, int order) => tenant.CodeOf(Serial(tenant, order, one => one.Orders));
}
