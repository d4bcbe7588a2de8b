namespace Godwit.Tests.Simulation;

/// <summary>Applications that write to one database in transactions of any shape.</summary>
/// <remarks>Keys of a tenant are its own: tenant t uses order ids t * 1000 and up.</remarks>
internal sealed class Shoppers(World world, MemoryDatabase database)
{
    internal async Task Write(string tenant, int transactions, int orders)
    {
        for (var i = 0; i < transactions; i++)
        {
            await world.Pause(TimeSpan.FromMilliseconds(15));
            await database.Write(tenant, Transaction(tenant, orders));
        }
    }

    private RowWrite[] Transaction(string tenant, int orders)
    {
        var writes = new Dictionary<(string, Godwit.Core.Records.Key), RowWrite>();
        var id = (long.Parse(tenant) * 1000) + world.Dice.Next(orders);
        for (var i = world.Dice.Next(3); i >= 0; i--)
        {
            var write = world.Dice.Next(6) switch
            {
                0 => database.Drop("orders", Shop.Order(id, tenant, "")),
                1 => database.Drop("lines", Shop.Line(id, world.Dice.Next(3), "")),
                2 or 3 => database.Put("lines", Shop.Line(id, world.Dice.Next(3), $"a{world.Dice.Next(1000)}")),
                _ => database.Put("orders", Shop.Order(id, tenant, $"w{world.Dice.Next(1000)}")),
            };
            writes[(write.Table, write.Key)] = write;
        }
        return [.. writes.Values];
    }
}
