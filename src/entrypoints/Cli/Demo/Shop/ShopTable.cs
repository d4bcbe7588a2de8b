namespace Godwit.Cli.Demo.Shop;

/// <summary>One table of the shop.</summary>
/// <param name="Keys">The first so many columns are the key.</param>
/// <param name="Owner">Whose a row is, from its first column; null when that is nobody's.</param>
internal sealed record ShopTable(
    string Name, IReadOnlyList<string> Columns, int Keys, Func<object?, Tenant?> Owner)
{
    public static ShopTable Customers { get; } = new(
        "customers", ["id", "tenant_id", "email", "name", "plan", "balance", "note", "avatar"], 1, Tenant.OfId);

    public static ShopTable Products { get; } = new(
        "products", ["tenant_id", "no", "name", "price", "stock"], 2, Tenant.Numbered);

    public static ShopTable Orders { get; } = new(
        "orders", ["code", "customer_id", "placed_at", "state", "total"], 1, Tenant.OfCode);

    public static ShopTable Lines { get; } = new(
        "order_lines", ["order_code", "line", "product_no", "quantity", "cents"], 2, Tenant.OfCode);

    public static ShopTable Payments { get; } = new(
        "payments", ["id", "order_code", "cents", "method"], 1, Tenant.OfId);

    public static ShopTable Events { get; } = new(
        "events", ["token", "tenant_id", "kind", "payload"], 1, Tenant.OfCode);

    /// <summary>Parents before children.</summary>
    public static IReadOnlyList<ShopTable> All { get; } = [Customers, Products, Orders, Lines, Payments, Events];
}
