namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>What people do in a shop: each deed writes a few rows of one tenant inside a transaction.</summary>
internal sealed class ShopDeeds(ShopHand hand)
{
    public IReadOnlyList<Func<OpenDeed, Task>> All { get; } =
        [.. new OrderDeeds(hand).All, .. new DocumentDeeds(hand).All, .. new StockDeeds(hand).All];

    /// <summary>Adds one to a row that all writers of the tenant share. Last in a transaction: so nobody waits for
    /// somebody who waits for him.</summary>
    public async Task Count(OpenDeed deed)
    {
        var name = hand.Dice.Pick(["visits", "sales", "hits"]);
        await deed.Write(
            "UPDATE counters SET value = value + 1 WHERE tenant_id = $1 AND name = $2", 1, deed.Tenant, name);
        deed.Touch("counters", $"{deed.Tenant}|{name}");
    }
}
