using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo.Traffic;

/// <summary>An order as a writer remembers it, with what hangs on it.</summary>
internal sealed class OwnOrder(ShopRow row, OwnCustomer customer)
{
    public ShopRow Row { get; set; } = row;

    public OwnCustomer Customer { get; set; } = customer;

    public List<ShopRow> Lines { get; } = [];

    public List<ShopRow> Payments { get; } = [];

    public IEnumerable<ShopRow> Children => Lines.Concat(Payments);
}
