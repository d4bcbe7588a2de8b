using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo.Traffic;

/// <summary>Chooses what a writer does next.</summary>
internal sealed class TenantWork
{
    private readonly Func<Work>[] _choices;
    private readonly Dice _dice;

    public TenantWork(OwnRows own, Dice dice)
    {
        _dice = dice;
        var (orders, customers) = (new OrderWork(own, dice), new CustomerWork(own, dice));
        var catalog = new CatalogWork(own, dice);
        _choices =
        [
            orders.Place, orders.Place, orders.ChangeState, orders.GiveToAnother, orders.Rename, orders.Cancel,
            orders.Pay, orders.ReplaceLine,
            customers.Join, customers.ChangeBalance, customers.ChangeBalance, customers.ChangeAvatar,
            customers.ExchangeAddresses, customers.PushOut, customers.Leave,
            catalog.Restock, catalog.Restock, catalog.Renumber, catalog.Reprice, catalog.Happen, catalog.HappenAgain,
            catalog.Forget,
        ];
    }

    public Work Next()
    {
        var work = _dice.Of(_choices)();
        // What is taken back was never acknowledged: it must not arrive anywhere.
        work.IsTakenBack = _dice.Lucky(25);
        return work;
    }
}
