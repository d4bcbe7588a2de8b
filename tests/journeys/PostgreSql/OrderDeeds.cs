namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>What customers do.</summary>
internal sealed class OrderDeeds(ShopHand hand)
{
    public IReadOnlyList<Func<OpenDeed, Task>> All =>
        [AddCustomer, ChangeCustomer, DropCustomer, PlaceOrder, PlaceOrder, ChangeLines, DropOrder, RenumberOrder];

    private async Task AddCustomer(OpenDeed deed) =>
        deed.Touch("customers", await deed.Read(
            "INSERT INTO customers(tenant_id, email, balance, since) VALUES ($1, $2, $3, $4) RETURNING id::text",
            deed.Tenant, $"{hand.Fresh()}@exämple.org", hand.Dice.Next(100_000) / 100m, new DateOnly(2024, 2, 29)));

    private async Task ChangeCustomer(OpenDeed deed)
    {
        if (hand.Pick("customers", deed) is { } customer)
            await deed.Write(
                "UPDATE customers SET balance = balance - $1 WHERE id = $2", 1,
                hand.Dice.Next(500) / 100m, long.Parse(customer));
    }

    private async Task DropCustomer(OpenDeed deed)
    {
        if (hand.Dice.Says(0.6) || hand.Pick("customers", deed) is not { } customer)
            return;
        var orders = await deed.Read("SELECT id::text FROM orders WHERE customer_id = $1", long.Parse(customer));
        await deed.Write("DELETE FROM customers WHERE id = $1", 1, long.Parse(customer));
        deed.Touch("orders", orders);
        deed.Touch("order_lines", orders);
    }

    private async Task PlaceOrder(OpenDeed deed)
    {
        if (hand.Pick("customers", deed) is not { } customer)
            return;
        var orders = await deed.Read(
            """
            INSERT INTO orders(tenant_id, customer_id, code, placed, total) VALUES ($1, $2, $3, $4, 7)
              RETURNING id::text
            """,
            deed.Tenant, long.Parse(customer), hand.FreshId(),
            DateTime.UnixEpoch.AddSeconds(hand.Dice.Next(int.MaxValue)));
        await deed.Write(
            "INSERT INTO order_lines SELECT $1, no, 'p' || no, no, no * $2 FROM generate_series(1, $3) no", null,
            long.Parse(orders[0]), hand.Dice.Fraction(), 1 + hand.Dice.Next(6));
        deed.Touch("orders", orders);
        deed.Touch("order_lines", orders);
    }

    private async Task ChangeLines(OpenDeed deed)
    {
        if (await PickOrder(deed) is not { } order)
            return;
        await deed.Write(
            "UPDATE order_lines SET quantity = quantity + 1 WHERE order_id = $1 AND no % 2 = 1", null, order);
        await deed.Write("DELETE FROM order_lines WHERE order_id = $1 AND no = $2", null, order, 1 + hand.Dice.Next(4));
        await deed.Write(
            "UPDATE order_lines SET no = no + 100 WHERE order_id = $1 AND no BETWEEN 2 AND 50", null, order);
    }

    private async Task DropOrder(OpenDeed deed)
    {
        if (await PickOrder(deed) is { } order)
            await deed.Write("DELETE FROM orders WHERE id = $1", 1, order);
    }

    /// <summary>Changes a key that is always generated; its lines follow by a cascade.</summary>
    private async Task RenumberOrder(OpenDeed deed)
    {
        if (await PickOrder(deed) is not { } order)
            return;
        var renumbered = await deed.Read(
            "UPDATE orders SET id = DEFAULT, state = 'paid' WHERE id = $1 RETURNING id::text", order);
        deed.Touch("orders", renumbered);
        deed.Touch("order_lines", renumbered);
    }

    /// <summary>An order of a customer; the customer is taken with it, because a trigger counts his orders.</summary>
    private async Task<long?> PickOrder(OpenDeed deed)
    {
        if (hand.Pick("customers", deed) is not { } customer)
            return null;
        var orders = await deed.Read(
            "SELECT id::text FROM orders WHERE customer_id = $1 ORDER BY id", long.Parse(customer));
        if (orders.Count == 0)
            return null;
        var order = hand.Dice.Pick(orders);
        deed.Touch("orders", order);
        deed.Touch("order_lines", order);
        return long.Parse(order);
    }
}
