using Godwit.Core.Records;

namespace Godwit.Tests.Simulation;

/// <summary>What applications were told about their writes, kept apart from every database: the measure of the
/// audit.</summary>
/// <remarks>One ledger for all databases of a world: a tenant's truth is what was acknowledged last, wherever that
/// was.</remarks>
public sealed class WriteLedger
{
    private readonly Dictionary<(string Tenant, string Table, Key Key), (string Database, Row? Row)> _last = [];

    public int Acknowledged { get; private set; }

    public int Refused { get; private set; }

    internal void Acknowledge(string database, string tenant, IEnumerable<RowWrite> writes)
    {
        Acknowledged++;
        foreach (var write in writes)
            _last[(tenant, write.Table, write.Key)] = (database, write.Row);
    }

    internal void Refuse() => Refused++;

    /// <summary>All rows that a tenant must have in a table: those it was told of last, whichever database told
    /// it.</summary>
    public IReadOnlyDictionary<Key, Row> Expected(string tenant, string table) =>
        Of(tenant, table).ToDictionary(one => one.Key.Key, one => one.Value.Row!);

    /// <summary>The same, counting only what this database acknowledged: for tenants that live at both sides.</summary>
    public IReadOnlyDictionary<Key, Row> Expected(string tenant, string table, MemoryDatabase database) =>
        Of(tenant, table)
            .Where(one => one.Value.Database == database.Name)
            .ToDictionary(one => one.Key.Key, one => one.Value.Row!);

    public IReadOnlyList<string> Tenants => [.. _last.Keys.Select(one => one.Tenant).Distinct().Order()];

    private IEnumerable<KeyValuePair<(string Tenant, string Table, Key Key), (string Database, Row? Row)>> Of(
        string tenant, string table) =>
        _last.Where(one => one.Key.Tenant == tenant && one.Key.Table == table && one.Value.Row is not null);
}
