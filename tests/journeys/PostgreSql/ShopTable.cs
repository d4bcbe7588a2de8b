namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>A table of the shop, as writers and auditors look at its rows: by tenant, key and a digest of all
/// columns.</summary>
/// <param name="Columns">All of them, by name: tables that were made in another way may have another order.</param>
/// <param name="Touched">Finds the rows of keys in an array of text.</param>
internal sealed record ShopTable(string Name, string Tenant, string Key, string Columns, string Touched)
{
    /// <summary>Grows with every write of a row that several writers share; 0 where rows have one writer.</summary>
    private string Version { get; init; } = "0";

    private string From { get; init; } = Name;

    private string Grouped { get; init; } = "";

    public static ShopTable Counters { get; } = new(
        "counters", "tenant_id", "tenant_id || '|' || name", "tenant_id, name, value",
        "(tenant_id, name) IN (SELECT split_part(k, '|', 1)::int, split_part(k, '|', 2) FROM unnest(@counters) k)")
    {
        Version = "value",
    };

    public static IReadOnlyList<ShopTable> All { get; } =
    [
        new("tenants", "tenant_id", "tenant_id::text", "tenant_id, name, plan", "tenant_id = ANY(@tenants::int[])"),
        new("customers", "tenant_id", "id::text", "id, tenant_id, email, balance, orders, since",
            "id = ANY(@customers::bigint[])"),
        new("orders", "tenant_id", "id::text", "id, tenant_id, customer_id, code, state, placed, total",
            "id = ANY(@orders::bigint[])"),
        // All lines of an order are one: a line that is missing is a difference of its order's.
        new("order_lines", "coalesce(o.tenant_id, 0)", "l.order_id::text",
            "l.order_id, l.no, l.product, l.quantity, l.price", "l.order_id = ANY(@order_lines::bigint[])")
        {
            From = "order_lines l LEFT JOIN orders o ON o.id = l.order_id",
            Grouped = "l.order_id, o.tenant_id",
        },
        new("documents", "tenant_id", "id::text", "id, tenant_id, title, title_length, body, attributes, changed",
            "id = ANY(@documents::uuid[])"),
        new("stock", "tenant_id", "tenant_id || '|' || sku || '|' || place", "tenant_id, sku, place, amount, tags",
            """
            (tenant_id, sku, place) IN (SELECT split_part(k, '|', 1)::int, split_part(k, '|', 2),
              split_part(k, '|', 3)::int FROM unnest(@stock) k)
            """),
        Counters,
    ];

    /// <summary>Every row: table, tenant, key, version and digest.</summary>
    public string Rows => Select("");

    /// <summary>The rows of the keys in the parameter that has the table's name.</summary>
    public string TouchedRows => Select($" WHERE {Touched}");

    /// <summary>What the rows of a tenant are and which transactions wrote them: whoever only writes a row again as it
    /// was is noticed too.</summary>
    /// <remarks>Without generated values: <c>xmin</c> stays when a row is frozen.</remarks>
    public string Untouched(string tenants)
    {
        var row = Name == "order_lines" ? "l." : "";
        return $"""
            SELECT '{Name}', count(*), md5(coalesce(string_agg(md5(ROW({Columns}, {row}xmin)::text), ''
              ORDER BY md5(ROW({Columns}, {row}xmin)::text)), '')) FROM {From} WHERE {Tenant} {tenants}
            """;
    }

    private string Select(string where)
    {
        var digest = $"md5(ROW({Columns})::text)";
        return Grouped.Length == 0
            ? $"SELECT '{Name}', {Tenant}, {Key}, {Version}::bigint, {digest} FROM {From}{where}"
            : $"SELECT '{Name}', {Tenant}, {Key}, 0::bigint, md5(string_agg({digest}, '' ORDER BY l.no)) FROM {From}"
                + $"{where} GROUP BY {Grouped}";
    }
}
