namespace Godwit.Tests.Connectors.Sqlite;

public sealed class CopyingADatabase
{
    [Fact]
    public async Task Everything_arrives_and_changes_follow()
    {
        await using var shop = new Shop();
        shop.AtSource(
            """
            CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT, email TEXT UNIQUE);
            CREATE TABLE orders(id INTEGER PRIMARY KEY AUTOINCREMENT, customer INTEGER REFERENCES customers,
              total REAL);
            CREATE INDEX by_customer ON orders(customer);
            CREATE VIEW totals AS SELECT customer, sum(total) AS total FROM orders GROUP BY customer;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
            INSERT INTO customers SELECT i, 'customer ' || i, i || '@example.org' FROM n;
            INSERT INTO orders(customer, total) SELECT id, id * 1.5 FROM customers;
            """);
        var move = await shop.MoveEverything();
        await move.Copy();
        await move.AssertEqual();

        shop.AtSource("UPDATE customers SET name = 'new' WHERE id % 7 = 0; DELETE FROM orders WHERE id < 50; INSERT "
            + "INTO orders VALUES(5000, 1, 2.5)");
        Assert.Equal(142 + 49 + 1, await move.Follow());
        await move.AssertEqual();
        Assert.Equal("952|142", shop.Read(shop.TargetPath,
            "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM customers WHERE name = 'new')"));
        Assert.Equal("ok", shop.Read(shop.TargetPath, "PRAGMA integrity_check"));
        Assert.Equal(0, await move.Follow());
    }

    [Fact]
    public async Task A_tenant_moves_and_the_others_stay()
    {
        await using var shop = new Shop();
        const string schema =
            """
            CREATE TABLE orders(id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, total REAL);
            CREATE TABLE lines(id INTEGER PRIMARY KEY, "order" INTEGER NOT NULL REFERENCES orders(id), what TEXT);
            CREATE INDEX lines_order ON lines("order");
            """;
        shop.AtSource(schema + "INSERT INTO orders VALUES(1, 42, 1.5), (2, 7, 2.5), (3, 42, 3); INSERT INTO lines "
            + "VALUES(10, 1, 'a'), (11, 2, 'b'), (12, 3, 'c');");
        shop.AtTarget(schema + "INSERT INTO orders VALUES(2, 9, 99); INSERT INTO lines VALUES(11, 2, 'other');");
        var move = await shop.MoveTenant();
        await move.Copy(1);
        await move.AssertEqual();

        // An order with its lines changes hands; another comes.
        shop.AtSource("UPDATE orders SET tenant = 7 WHERE id = 1; INSERT INTO orders VALUES(4, 42, 4); INSERT INTO "
            + "lines VALUES(13, 4, 'd')");
        await move.Follow();
        await move.AssertEqual();
        Assert.Equal("2|9\n3|42\n4|42", shop.Read(shop.TargetPath, "SELECT id, tenant FROM orders ORDER BY id"));
        Assert.Equal("11|other\n12|c\n13|d", shop.Read(shop.TargetPath, "SELECT id, what FROM lines ORDER BY id"));
    }
}
