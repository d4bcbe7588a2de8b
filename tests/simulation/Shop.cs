using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Tests.Simulation;

/// <summary>The tables of the simulated shop: orders of tenants, their lines, and notes on lines.</summary>
internal static class Shop
{
    internal const string Tenant = "42";

    /// <summary>Lives at the source and stays there.</summary>
    internal const string Neighbour = "8";

    /// <summary>Has always lived at the target.</summary>
    internal const string Other = "7";

    internal static StreamSchema Orders { get; } = new()
    {
        Name = "orders",
        Columns = [Number("id"), Number("tenant_id"), Text("what"), new("price", "real", true)],
        KeyColumns = [0],
    };

    internal static StreamSchema Lines { get; } = new()
    {
        Name = "lines",
        Columns = [Number("order_id"), Number("line"), Text("article")],
        KeyColumns = [0, 1],
        ForeignKeys = [new ForeignKey(["order_id"], "orders", ["id"])],
    };

    internal static IReadOnlyList<StreamSchema> Schemas { get; } = [Orders, Lines];

    /// <summary>One tenant of it: orders by column, lines by their order.</summary>
    internal static IReadOnlyList<ScopedStream> Scope(string tenant)
    {
        using var id = new RecordBatch(1);
        id.AppendInteger(long.Parse(tenant));
        id.EndRecord();
        var orders = ScopedStream.ByColumn(0, Orders, 1, Key.Of(id, 0));
        return [orders, ScopedStream.ByParent(1, Lines, orders, Lines.ForeignKeys[0])];
    }

    /// <summary>The tenant's records in a database are exactly those that were acknowledged, whoever acknowledged
    /// them.</summary>
    internal static void Audit(World world, string tenant, MemoryDatabase database)
    {
        var orders = world.Ledger.Expected(tenant, "orders");
        var ids = orders.Values.Select(one => one[0]).ToHashSet();
        var lines = world.Ledger.Expected(tenant, "lines").Where(one => ids.Contains(one.Value[0])).ToDictionary();
        var scope = Scope(tenant);
        Assert.Equal(Sorted(orders), Sorted(database.Contents(scope[0])));
        Assert.Equal(Sorted(lines), Sorted(database.Contents(scope[1])));
    }

    internal static Row Order(long id, string tenant, string what) => Row.Of(id, long.Parse(tenant), what, id * 1.5);

    internal static Row Line(long order, long line, string article) => Row.Of(order, line, article);

    private static IEnumerable<string> Sorted(IReadOnlyDictionary<Key, Row> rows) =>
        rows.Values.Select(one => one.ToString()).Order(StringComparer.Ordinal);

    private static ColumnSchema Number(string name) => new(name, "integer", false);

    private static ColumnSchema Text(string name) => new(name, "text", true);
}
