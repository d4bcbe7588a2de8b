using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo.Traffic;

/// <summary>A customer as a writer remembers it.</summary>
internal sealed class OwnCustomer(ShopRow row)
{
    public ShopRow Row { get; set; } = row;

    public int Orders { get; set; }
}
