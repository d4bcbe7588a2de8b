namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>What is done with the stock, whose key has three columns.</summary>
internal sealed class StockDeeds(ShopHand hand)
{
    private const string OneStock = "WHERE tenant_id = $1 AND sku = $2 AND place = $3";

    public IReadOnlyList<Func<OpenDeed, Task>> All =>
        [AddStock, ChangeStock, MoveStock, SwapStock, DropStockAndBack, HesitateOverStock];

    private async Task AddStock(OpenDeed deed)
    {
        var sku = hand.Fresh();
        await deed.Write("INSERT INTO stock VALUES ($1, $2, 1, $3, '{new}')", 1, deed.Tenant, sku, hand.Dice.Next(100));
        deed.Touch("stock", $"{deed.Tenant}|{sku}|1");
    }

    private async Task ChangeStock(OpenDeed deed)
    {
        if (PickStock(deed) is var (sku, place))
            await deed.Write(
                $"UPDATE stock SET amount = nullif(amount, 3) + 1, tags = tags[1:3] || $4 {OneStock}", 1,
                deed.Tenant, sku, place, hand.Fresh());
    }

    private async Task MoveStock(OpenDeed deed)
    {
        if (PickStock(deed) is var (sku, place))
            await Move(deed, sku, place, sku, hand.FreshPlace());
    }

    /// <summary>Two rows take each other's keys.</summary>
    private async Task SwapStock(OpenDeed deed)
    {
        if (PickStock(deed) is not var (one, here) || PickStock(deed) is not var (other, there))
            return;
        var aside = -hand.FreshPlace();
        await Move(deed, one, here, one, aside);
        await Move(deed, other, there, one, here);
        await Move(deed, one, aside, other, there);
    }

    /// <summary>Deletes a row, makes it again, changes it, deletes it again, all or some of that.</summary>
    private async Task DropStockAndBack(OpenDeed deed)
    {
        if (PickStock(deed) is not var (sku, place))
            return;
        for (var steps = 1 + hand.Dice.Next(4); steps > 0; steps--)
        {
            await deed.Write($"DELETE FROM stock {OneStock}", 1, deed.Tenant, sku, place);
            if (--steps > 0)
                await deed.Write("INSERT INTO stock VALUES ($1, $2, $3, $4)", 1, deed.Tenant, sku, place, steps);
        }
    }

    /// <summary>The same row inside and outside of savepoints that are rolled back or kept.</summary>
    private async Task HesitateOverStock(OpenDeed deed)
    {
        if (PickStock(deed) is not var (sku, place))
            return;
        await deed.Run("SAVEPOINT outer_one");
        await deed.Write($"UPDATE stock SET amount = -1 {OneStock}", 1, deed.Tenant, sku, place);
        await deed.Run("SAVEPOINT inner_one");
        await Move(deed, sku, place, sku, hand.FreshPlace());
        await deed.Run($"ROLLBACK TO {hand.Dice.Pick(["inner_one", "outer_one"])}");
        await deed.Write($"UPDATE stock SET amount = -2 {OneStock}", 1, deed.Tenant, sku, place);
        await deed.Run("RELEASE outer_one");
    }

    private static async Task Move(OpenDeed deed, string sku, int place, string newSku, int newPlace)
    {
        await deed.Write(
            $"UPDATE stock SET sku = $4, place = $5 {OneStock}", 1, deed.Tenant, sku, place, newSku, newPlace);
        deed.Touch("stock", $"{deed.Tenant}|{newSku}|{newPlace}");
    }

    private (string Sku, int Place)? PickStock(OpenDeed deed) =>
        hand.Pick("stock", deed)?.Split('|') is [_, var sku, var place] ? (sku, int.Parse(place)) : null;
}
