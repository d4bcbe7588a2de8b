using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo.Traffic;

/// <summary>What happens to orders: whole trees come, go, move and change their keys.</summary>
internal sealed class OrderWork(OwnRows own, Dice dice)
{
    /// <summary>An order, its lines and a payment in one transaction.</summary>
    public Work Place()
    {
        var customer = dice.Of(own.Customers);
        var order = new OwnOrder(
            new ShopRow(ShopTable.Orders,
            [
                own.Tenant.CodeOf(own.NewSerial()), customer.Row[0], "2026-11-21T09:30:00Z", "new",
                (long)dice.Below(90_000),
            ]),
            customer);
        var work = new Work().Insert(order.Row);
        for (var line = 1L; line <= 1 + dice.Below(4); line++)
            order.Lines.Add(NewLine(order, line));
        if (dice.Lucky(2))
            order.Payments.Add(NewPayment(order));
        foreach (var child in order.Children)
            work.Insert(child);
        return work.Remember(() =>
        {
            own.Orders.Add(order);
            customer.Orders++;
        });
    }

    public Work ChangeState()
    {
        var order = dice.Of(own.Orders);
        var changed = order.Row.With(3, dice.Of<string>(["paid", "sent", "lost", "found"]) + dice.Below(1_000));
        return new Work().Update(order.Row, changed).Remember(() => order.Row = changed);
    }

    /// <summary>The foreign key that makes it a tenant's changes.</summary>
    public Work GiveToAnother()
    {
        var order = dice.Of(own.Orders);
        var receiver = own.Customers.Find(one => one != order.Customer)!;
        if (dice.Below(3) > 0 && dice.Of(own.Customers) is { } other && other != order.Customer)
            receiver = other;
        var changed = order.Row.With(1, receiver.Row[0]);
        return new Work().Update(order.Row, changed).Remember(() =>
        {
            order.Row = changed;
            order.Customer.Orders--;
            order.Customer = receiver;
            receiver.Orders++;
        });
    }

    /// <summary>The key changes, and those of everything that hangs on it by cascade.</summary>
    public Work Rename()
    {
        var order = dice.Of(own.Orders);
        var code = own.Tenant.CodeOf(own.NewSerial());
        var changed = order.Row.With(0, code);
        var lines = order.Lines.Select(one => one.With(0, code)).ToArray();
        var payments = order.Payments.Select(one => one.With(1, code)).ToArray();
        var work = new Work().Update(order.Row, changed);
        foreach (var line in order.Lines)
            work.Gone(line);
        foreach (var child in lines.Concat(payments))
            work.Holds(child);
        return work.Remember(() =>
        {
            order.Row = changed;
            Replace(order.Lines, lines);
            Replace(order.Payments, payments);
        });
    }

    /// <summary>One statement, and a tree is gone by cascade.</summary>
    public Work Cancel()
    {
        var order = dice.Of(own.Orders);
        var work = new Work().Delete(order.Row);
        foreach (var child in order.Children)
            work.Gone(child);
        return work.Remember(() =>
        {
            own.Orders.Remove(order);
            order.Customer.Orders--;
        });
    }

    public Work Pay()
    {
        var order = dice.Of(own.Orders);
        var payment = NewPayment(order);
        var paid = order.Row.With(3, "paid" + dice.Below(1_000_000));
        return new Work().Insert(payment).Update(order.Row, paid).Remember(() =>
        {
            order.Payments.Add(payment);
            order.Row = paid;
        });
    }

    /// <summary>A line is taken out and another put in its place under the same key.</summary>
    public Work ReplaceLine()
    {
        var order = dice.Of(own.Orders);
        if (order.Lines.Count == 0)
            return Pay();
        var at = dice.Below(order.Lines.Count);
        var line = NewLine(order, (long)order.Lines[at][1]!);
        return new Work().Delete(order.Lines[at]).Insert(line).Remember(() => order.Lines[at] = line);
    }

    private static void Replace(List<ShopRow> rows, ShopRow[] changed)
    {
        rows.Clear();
        rows.AddRange(changed);
    }

    private ShopRow NewLine(OwnOrder order, long line) => new(ShopTable.Lines,
        [order.Row[0], line, 1L + dice.Below(200), 1L + dice.Below(9), (long)dice.Below(9_000)]);

    private ShopRow NewPayment(OwnOrder order) => new(ShopTable.Payments,
        [own.Tenant.IdOf(own.NewSerial()), order.Row[0], (long)dice.Below(90_000), "card"]);
}
