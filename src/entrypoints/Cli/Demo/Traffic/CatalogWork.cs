using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo.Traffic;

/// <summary>What happens to products and events: upserts, moves of a composite key, replacements.</summary>
internal sealed class CatalogWork(OwnRows own, Dice dice)
{
    /// <summary>What is added depends on what is there: a lost write would show in all later ones.</summary>
    public Work Restock()
    {
        var at = dice.Below(own.Products.Count);
        var product = own.Products[at];
        var more = 1L + dice.Below(50);
        var changed = product.With(4, (long)product[4]! + more);
        return new Work()
            .Tell(new Statement(
                "INSERT INTO products VALUES ($p0, $p1, $p2, $p3, $p4) "
                + "ON CONFLICT (tenant_id, no) DO UPDATE SET stock = stock + excluded.stock",
                product.With(4, more).Values,
                Rows: 1))
            .Holds(changed)
            .Remember(() => own.Products[at] = changed);
    }

    /// <summary>A composite key that changes.</summary>
    public Work Renumber()
    {
        var at = dice.Below(own.Products.Count);
        var changed = own.Products[at].With(1, own.NewSerial());
        return new Work().Update(own.Products[at], changed).Remember(() => own.Products[at] = changed);
    }

    public Work Reprice()
    {
        var at = dice.Below(own.Products.Count);
        var changed = own.Products[at].With(3, dice.Below(80_000) / 4.0);
        return new Work().Update(own.Products[at], changed).Remember(() => own.Products[at] = changed);
    }

    /// <summary>Many rows, one transaction.</summary>
    public Work Happen()
    {
        var work = new Work();
        for (var count = 1 + dice.Below(12); count > 0; count--)
        {
            var row = NewEvent("e" + own.Tenant.CodeOf(own.NewSerial()));
            work.Insert(row).Remember(() => own.Events.Add(row));
        }
        return work;
    }

    /// <summary>The same key with another value, and perhaps of another type.</summary>
    public Work HappenAgain()
    {
        var at = dice.Below(own.Events.Count);
        var row = NewEvent((string)own.Events[at][0]!);
        return new Work().InsertOrReplace(row).Remember(() => own.Events[at] = row);
    }

    public Work Forget()
    {
        if (own.Events.Count < 20)
            return Happen();
        var row = dice.Of(own.Events);
        return new Work().Delete(row).Remember(() => own.Events.Remove(row));
    }

    private ShopRow NewEvent(string token)
    {
        object? payload = dice.Below(5) switch
        {
            0 => null,
            1 => (long)dice.Below(int.MaxValue),
            2 => dice.Below(4_000) / 4.0,
            3 => dice.Bytes(dice.Below(40)),
            _ => $"it's {dice.Below(1_000_000)}\nand more",
        };
        return new ShopRow(ShopTable.Events, [token, (long)own.Tenant.Id, "click", payload]);
    }
}
