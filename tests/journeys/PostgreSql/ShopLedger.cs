using System.Collections.Concurrent;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>What must be in the shop: what was there, and every write that was acknowledged since.</summary>
/// <remarks>
/// It shares nothing with Godwit: writers read what they have written inside their own transactions, and an audit
/// reads a database through psql.
/// </remarks>
internal sealed class ShopLedger
{
    private readonly ConcurrentDictionary<RowName, RowState> _rows = new();
    private readonly ConcurrentQueue<IReadOnlyDictionary<RowName, RowState>> _doubtful = new();
    private long _writes;

    /// <summary>Rows written by transactions that were acknowledged.</summary>
    public long Writes => Interlocked.Read(ref _writes);

    /// <summary>Transactions of which nobody knows whether they were committed.</summary>
    public int Doubtful => _doubtful.Count;

    /// <summary>Takes what is in a database for right; before anybody writes or moves.</summary>
    public async Task ReadBaseline(PostgreSqlDatabase database)
    {
        foreach (var (row, state) in await Read(database, _ => true))
            Assert.True(_rows.TryAdd(row, state), $"{row} is in two shards.");
    }

    /// <summary>The rows of tenants that exist, as they must be.</summary>
    public IEnumerable<RowName> Rows(string table, Func<int, bool> tenants) =>
        _rows.Where(one => one.Key.Table == table && one.Value.Digest is not null && tenants(one.Value.Tenant))
            .Select(one => one.Key);

    /// <summary>How a row must be.</summary>
    public RowState State(RowName row) => _rows.GetValueOrDefault(row);

    /// <summary>Whether a transaction that is not noted was committed, by the rows as they are now.</summary>
    /// <exception cref="ShopWonderException">Half of it was.</exception>
    public bool IsThere(
        IReadOnlyDictionary<RowName, RowState> transaction, IReadOnlyDictionary<RowName, RowState> now) =>
        IsThere(transaction, now, _rows)
            ?? throw new ShopWonderException($"half of a transaction: {string.Join(", ", transaction.Keys)}");

    /// <summary>Notes a transaction that was acknowledged.</summary>
    public void Note(IReadOnlyDictionary<RowName, RowState> transaction)
    {
        foreach (var (row, state) in transaction)
            _rows.AddOrUpdate(row, state, (_, noted) => state.Version >= noted.Version ? state : noted);
        Interlocked.Add(ref _writes, transaction.Count);
    }

    /// <summary>Notes a transaction whose acknowledgement was lost: it is there whole, or not at all. Nobody writes its
    /// rows any more.</summary>
    public void NoteDoubt(IReadOnlyDictionary<RowName, RowState> transaction) => _doubtful.Enqueue(transaction);

    /// <summary>Compares a database with what must be there of some tenants; nobody may write them meanwhile.</summary>
    /// <returns>What is wrong, a line a row.</returns>
    public async Task<IReadOnlyList<string>> Audit(PostgreSqlDatabase database, Func<int, bool> tenants)
    {
        // Lines without an order are nobody's in the database: here they are their noted tenant's.
        var there = (await Read(database, tenant => tenant == 0 || tenants(tenant)))
            .Where(one => one.Value.Tenant != 0 || !_rows.TryGetValue(one.Key, out var noted) || tenants(noted.Tenant))
            .ToDictionary();
        var expected = _rows.Where(one => tenants(one.Value.Tenant)).ToDictionary();
        var findings = Settle(expected, there, tenants);
        findings.AddRange(
            from row in expected.Keys.Union(there.Keys)
            let must = expected.GetValueOrDefault(row).Digest
            let found = there.GetValueOrDefault(row).Digest
            where must != found
            select $"{(must is null ? "unexpected" : found is null ? "lost" : "different")}: {row}");
        return findings;
    }

    /// <summary>Decides transactions in doubt by what is there.</summary>
    private List<string> Settle(
        Dictionary<RowName, RowState> expected, Dictionary<RowName, RowState> there, Func<int, bool> tenants)
    {
        var findings = new List<string>();
        foreach (var transaction in _doubtful.Where(one => one.Values.All(state => tenants(state.Tenant))))
        {
            var isThere = IsThere(transaction, there, expected);
            if (isThere is null)
                findings.Add($"half of a transaction: {string.Join(", ", transaction.Keys)}");
            if (isThere is not true)
                continue;
            foreach (var (row, state) in transaction.Where(one =>
                one.Value.Version >= expected.GetValueOrDefault(one.Key).Version))
                expected[row] = state;
        }
        return findings;
    }

    /// <summary>Null when some of its rows are there and others are not.</summary>
    private static bool? IsThere(
        IReadOnlyDictionary<RowName, RowState> transaction, IReadOnlyDictionary<RowName, RowState> now,
        IReadOnlyDictionary<RowName, RowState> before)
    {
        // Nobody else writes these rows, and those that look the same either way tell nothing.
        var own = transaction.Where(one => one.Value.Version == 0
            && before.GetValueOrDefault(one.Key).Digest != one.Value.Digest).ToList();
        var done = own.Count(one => now.GetValueOrDefault(one.Key).Digest == one.Value.Digest);
        if (own.Count > 0)
            return done == own.Count ? true : done == 0 ? false : null;

        // A counter goes up only, whoever writes it: at this value it looks as if this transaction had been there.
        return transaction.All(one => now.GetValueOrDefault(one.Key).Version >= one.Value.Version);
    }

    private static async Task<Dictionary<RowName, RowState>> Read(PostgreSqlDatabase database, Func<int, bool> tenants)
    {
        var rows = new Dictionary<RowName, RowState>();
        var lines = await database.Run(string.Join(";\n", ShopTable.All.Select(table => table.Rows).Prepend(Pinned)));
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // Keys have | between their columns, as psql has.
            var words = line.Split('|');
            if (int.Parse(words[1]) is var tenant && tenants(tenant))
                rows.Add(
                    new RowName(words[0], string.Join('|', words[2..^2])),
                    new RowState(tenant, long.Parse(words[^2]), words[^1]));
        }
        return rows;
    }

    /// <summary>Settings that a row's text depends on.</summary>
    internal const string Pinned =
        "SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET extra_float_digits = 1; SET bytea_output = 'hex'";
}
