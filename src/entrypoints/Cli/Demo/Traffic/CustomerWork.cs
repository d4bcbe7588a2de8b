using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo.Traffic;

/// <summary>What happens to customers, among it what SQLite's triggers do not see.</summary>
internal sealed class CustomerWork(OwnRows own, Dice dice)
{
    public Work Join()
    {
        var customer = new OwnCustomer(NewRow(null));
        return new Work().Insert(customer.Row).Remember(() => own.Customers.Add(customer));
    }

    public Work ChangeBalance()
    {
        var customer = dice.Of(own.Customers);
        var changed = customer.Row.With(5, (long)dice.Below(1_000_000)).With(6, $"seen {dice.Below(1_000_000)}");
        return new Work().Update(customer.Row, changed).Remember(() => customer.Row = changed);
    }

    public Work ChangeAvatar()
    {
        var customer = dice.Of(own.Customers);
        var changed = customer.Row.With(7, dice.Lucky(4) ? null : dice.Bytes(1 + dice.Below(2_000)));
        return new Work().Update(customer.Row, changed).Remember(() => customer.Row = changed);
    }

    /// <summary>Two customers exchange their unique addresses, by way of a third.</summary>
    public Work ExchangeAddresses()
    {
        var (one, other) = (dice.Of(own.Customers), dice.Of(own.Customers));
        if (one == other)
            return ChangeBalance();
        var between = one.Row.With(2, $"nobody{own.NewSerial()}@example.org");
        var first = between.With(2, other.Row[2]);
        var second = other.Row.With(2, one.Row[2]);
        return new Work().Update(one.Row, between).Update(other.Row, second).Update(between, first).Remember(() =>
        {
            one.Row = first;
            other.Row = second;
        });
    }

    /// <summary>
    /// A new customer with the address of an old one: SQLite deletes the old one, and fires no DELETE trigger for it.
    /// </summary>
    public Work PushOut()
    {
        var victim = dice.Of(own.Customers);
        if (victim.Orders > 0)
            return Join();
        var customer = new OwnCustomer(NewRow((string)victim.Row[2]!));
        return new Work().InsertOrReplace(customer.Row).Gone(victim.Row).Remember(() =>
        {
            own.Customers.Remove(victim);
            own.Customers.Add(customer);
        });
    }

    public Work Leave()
    {
        var customer = dice.Of(own.Customers);
        return customer.Orders > 0
            ? Join()
            : new Work().Delete(customer.Row).Remember(() => own.Customers.Remove(customer));
    }

    private ShopRow NewRow(string? email)
    {
        var serial = own.NewSerial();
        return new ShopRow(ShopTable.Customers,
        [
            own.Tenant.IdOf(serial), (long)own.Tenant.Id, email ?? $"n{serial}@example.org", $"New {serial}", "free",
            0L, null, null,
        ]);
    }
}
