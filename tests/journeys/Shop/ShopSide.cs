using System.Globalization;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.Shop;

/// <summary>One place where tenants of a shop are: a database, a cache, a folder and a broker.</summary>
/// <param name="Blobs">A folder with one folder a tenant.</param>
internal sealed record ShopSide(PostgreSqlDatabase Database, RedisServer Cache, string Blobs, RabbitMqHost Broker)
{
    /// <summary>Orders without a message, which every tenant has from the beginning.</summary>
    public const string Old = "old";

    private const string Schema =
        """
        CREATE TABLE orders(id text PRIMARY KEY, tenant_id int NOT NULL, note text NOT NULL);
        CREATE INDEX orders_of_tenant ON orders(tenant_id);
        CREATE TABLE order_lines(
          order_id text NOT NULL REFERENCES orders, no int NOT NULL, product text NOT NULL, PRIMARY KEY (order_id, no));
        """;

    public string Folder(int tenant) => Path.Combine(Blobs, tenant.ToString(CultureInfo.InvariantCulture));

    public static string[] QueuesOf(int tenant) =>
        [FormattableString.Invariant($"t{tenant}.orders"), FormattableString.Invariant($"t{tenant}.invoices")];

    public static IEnumerable<Order> OldOrders(int tenant, int orders) => Enumerable.Range(0, orders).Select(
        number => new Order(tenant, string.Create(CultureInfo.InvariantCulture, $"{Old}{tenant}"), number, 0, 0));

    /// <summary>Makes the tables.</summary>
    public Task Build() => Database.Run(Schema);

    /// <summary>Lets tenants in, each with old orders and empty queues; who comes alone has a quorum queue.</summary>
    public async Task Settle(IReadOnlyList<int> tenants, int orders)
    {
        var all = tenants.SelectMany(one => OldOrders(one, orders)).ToList();
        var rows = all.Select(one => FormattableString.Invariant($"('{one.Id}', {one.Tenant}, '{one.Text}')"));
        await Database.Run(
            $"""
            INSERT INTO orders VALUES {string.Join(",\n", rows)};
            INSERT INTO order_lines
              SELECT id, no, 'product ' || no FROM orders, generate_series(1, {Order.Lines}) no
              WHERE tenant_id IN ({string.Join(", ", tenants)});
            """);
        await using var cache = await Cache.Connect();
        await cache.CallAll([.. all.Select(one => (object[])["SET", one.Key, one.Text])]);
        foreach (var order in all)
            ShopClerk.WriteFile(Folder(order.Tenant), order);
        await using var hand = await Broker.Connect();
        foreach (var queues in tenants.Select(QueuesOf))
        {
            await hand.Declare(queues[0], "classic");
            await hand.Declare(queues[1], tenants.Count == 1 ? "quorum" : "classic");
        }
    }

    /// <summary>Everything that tenants who do nothing have, down to the transactions that wrote their rows: equal
    /// before and after when nobody has touched it.</summary>
    public async Task<string> Quiet(IEnumerable<int> tenants)
    {
        var quiet = tenants.ToList();
        var rows = await Database.Run(
            $"""
            SELECT md5(string_agg(ROW(o.*, o.xmin, l.*, l.xmin)::text, '' ORDER BY id, no))
              FROM orders o JOIN order_lines l ON order_id = id WHERE tenant_id IN ({string.Join(", ", quiet)})
            """);
        await using var cache = await Cache.Connect();
        await using var hand = await Broker.Connect();
        var parts = new List<string> { rows };
        foreach (var tenant in quiet)
        {
            var keys = (object?[])(await cache.Call("KEYS", FormattableString.Invariant($"t:{tenant}:*")))!;
            foreach (var key in keys.Select(Servers.RedisClient.AsText).Order(StringComparer.Ordinal))
                parts.Add($"{key} {await cache.Text("GET", key)}");
            parts.Add(FolderPicture.Of(Folder(tenant)));
            foreach (var queue in QueuesOf(tenant))
                parts.Add($"{queue} {await hand.Depth(queue)}");
        }
        return string.Join('\n', parts);
    }
}
