namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>How many rows a tenant has before anybody writes.</summary>
/// <param name="OrdersEach">Orders of a customer.</param>
/// <param name="LinesEach">Lines of an order.</param>
internal sealed record ShopSize(int Customers, int OrdersEach, int LinesEach, int Documents, int Stock)
{
    /// <summary>The longest document has six times as many parts of 32 bytes.</summary>
    public int TextStep { get; init; } = 200;

    public static ShopSize Small { get; } = new(20, 2, 2, 14, 10);

    public static ShopSize Large { get; } = new(2_000, 5, 3, 700, 1_000);
}
