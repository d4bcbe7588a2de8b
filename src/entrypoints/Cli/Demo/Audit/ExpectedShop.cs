using Godwit.Cli.Demo.Shop;
using Godwit.Cli.Demo.Traffic;

namespace Godwit.Cli.Demo.Audit;

/// <summary>What all tenants must hold, worked out from the seed and from the writers' notes, never from a
/// store.</summary>
internal sealed class ExpectedShop
{
    private readonly Dictionary<int, ExpectedTenant> _tenants;

    public ExpectedShop(int seed, ShopSize size, IEnumerable<NoteContent> notes)
    {
        _tenants = Tenant.All.ToDictionary(one => one.Id, one => new ExpectedTenant(one, seed, size));
        foreach (var note in notes)
            Take(note);
    }

    /// <summary>Keys that were written for the moving tenant and acknowledged.</summary>
    public long MovingWrites { get; private set; }

    /// <summary>The same for all others.</summary>
    public long OtherWrites { get; private set; }

    /// <summary>Those of which nobody knows whether they happened: their writers were killed.</summary>
    public List<NotedTransaction> Open { get; } = [];

    public List<string> Surprises { get; } = [];

    public ExpectedTenant Of(Tenant tenant) => _tenants[tenant.Id];

    private void Take(NoteContent note)
    {
        foreach (var transaction in note.Acknowledged)
        {
            foreach (var write in transaction.Writes)
                _tenants[transaction.Tenant].Take(write);
            if (transaction.Tenant == Tenant.Moving.Id)
                MovingWrites += transaction.Writes.Count;
            else
                OtherWrites += transaction.Writes.Count;
        }
        if (note.Open is { } open)
            Open.Add(open);
        Surprises.AddRange(note.Surprises);
    }
}
