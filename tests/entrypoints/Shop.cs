namespace Godwit.Tests.Entrypoints;

/// <summary>Two databases of a small shop with two tenants, and the file that moves one of them.</summary>
internal static class Shop
{
    public const string Name = "acme-to-b";

    private const string Tables = """
        CREATE TABLE orders (id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL, note TEXT);
        CREATE TABLE lines (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders(id), quantity INTEGER);
        CREATE TABLE plans (id INTEGER PRIMARY KEY, name TEXT);
        INSERT INTO plans VALUES (1, 'gold');
        """;

    public static Terminal Open(string more = "")
    {
        var terminal = new Terminal();
        terminal.Sql("a.db", Tables + """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
            INSERT INTO orders SELECT i, CASE i % 2 WHEN 0 THEN 7 ELSE 42 END, 'note ' || i FROM n;
            INSERT INTO lines SELECT id, id, id * 3 FROM orders;
            """);
        terminal.Sql("b.db", Tables);
        terminal.Write("acme.yaml", $$"""
            migration: {{Name}}
            tenant: { id: 42 }
            moves:
              - from: sqlite:a.db
                to: sqlite:b.db
                tables: { tenant_column: tenant_id, reference: [plans] }
            cutover: { max_pause: 20s, max_lag: 10s }
            {{more}}
            """);
        return terminal;
    }
}
