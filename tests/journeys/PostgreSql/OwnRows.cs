using Godwit.Tests.Simulation;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>The rows that one writer owns: nobody else writes them, so their last acknowledged state is
/// certain.</summary>
internal sealed class OwnRows
{
    private const int Tries = 8;

    private static readonly string[] Owned = ["customers", "documents", "stock"];

    private readonly Dictionary<(string Table, int Tenant), List<string>> _keys = [];
    private readonly List<OpenDeed> _open = [];

    /// <summary>Shares the rows of some tenants out among writers.</summary>
    public OwnRows(ShopLedger ledger, IReadOnlyList<int> tenants, int writer, int writers)
    {
        foreach (var table in Owned)
        {
            foreach (var tenant in tenants)
            {
                var all = ledger.Rows(table, one => one == tenant).Select(row => row.Key).Order(StringComparer.Ordinal);
                _keys[(table, tenant)] = [.. all.Where((_, index) => index % writers == writer)];
            }
        }
    }

    /// <summary>A row that no transaction of this writer has under way; null when chance finds none.</summary>
    public string? Pick(string table, OpenDeed deed, Dice dice)
    {
        var keys = _keys[(table, deed.Tenant)];
        for (var tries = 0; tries < Tries && keys.Count > 0; tries++)
        {
            var row = new RowName(table, dice.Pick(keys));
            if (!_open.Exists(one => one.Has(row)))
            {
                deed.Take(row);
                return row.Key;
            }
        }
        return null;
    }

    public void Open(OpenDeed deed) => _open.Add(deed);

    /// <summary>It was rolled back: everything is as it was.</summary>
    public void Forget(OpenDeed deed) => _open.Remove(deed);

    /// <summary>It was acknowledged: what it made may be picked, what it deleted may not.</summary>
    public void Settle(OpenDeed deed)
    {
        Abandon(deed);
        foreach (var (row, state) in deed.Rows)
        {
            if (state.Digest is not null && Owned.Contains(row.Table))
                _keys[(row.Table, deed.Tenant)].Add(row.Key);
        }
    }

    /// <summary>Nobody knows what became of it: this writer never touches its rows again.</summary>
    public void Abandon(OpenDeed deed)
    {
        _open.Remove(deed);
        foreach (var row in deed.Rows.Keys.Where(row => Owned.Contains(row.Table)))
            _keys[(row.Table, deed.Tenant)].Remove(row.Key);
    }
}
