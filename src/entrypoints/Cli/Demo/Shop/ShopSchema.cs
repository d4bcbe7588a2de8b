namespace Godwit.Cli.Demo.Shop;

/// <summary>The shop's tables as both shards have them.</summary>
internal static class ShopSchema
{
    public const string Sql = """
        CREATE TABLE plans (code TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, cents INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO plans VALUES ('free', 'Free', 0), ('pro', 'Professional', 4900), ('max', 'Everything', 19900);

        CREATE TABLE customers (
            id INTEGER PRIMARY KEY,
            tenant_id INTEGER NOT NULL,
            email TEXT NOT NULL,
            name TEXT NOT NULL,
            plan TEXT NOT NULL REFERENCES plans (code),
            balance INTEGER NOT NULL,
            note TEXT,
            avatar BLOB,
            UNIQUE (tenant_id, email));

        -- Every tenant numbers its products from 1: the same numbers are other tenants' too.
        CREATE TABLE products (
            tenant_id INTEGER NOT NULL,
            no INTEGER NOT NULL,
            name TEXT NOT NULL,
            price REAL,
            stock INTEGER NOT NULL,
            PRIMARY KEY (tenant_id, no)) WITHOUT ROWID;

        -- No tenant column: an order is a tenant's because its customer is.
        CREATE TABLE orders (
            code TEXT NOT NULL PRIMARY KEY,
            customer_id INTEGER NOT NULL REFERENCES customers (id),
            placed_at TEXT NOT NULL,
            state TEXT NOT NULL,
            total INTEGER NOT NULL);
        CREATE INDEX orders_customer ON orders (customer_id);

        CREATE TABLE order_lines (
            order_code TEXT NOT NULL REFERENCES orders (code) ON DELETE CASCADE ON UPDATE CASCADE,
            line INTEGER NOT NULL,
            product_no INTEGER NOT NULL,
            quantity INTEGER NOT NULL,
            cents INTEGER NOT NULL,
            PRIMARY KEY (order_code, line));

        CREATE TABLE payments (
            id INTEGER PRIMARY KEY,
            order_code TEXT NOT NULL REFERENCES orders (code) ON DELETE CASCADE ON UPDATE CASCADE,
            cents INTEGER NOT NULL,
            method TEXT NOT NULL);
        CREATE INDEX payments_order ON payments (order_code);

        -- The payload has no type: SQLite keeps whatever kind of value it is given.
        CREATE TABLE events (
            token TEXT NOT NULL PRIMARY KEY,
            tenant_id INTEGER NOT NULL,
            kind TEXT NOT NULL,
            payload);
        CREATE INDEX events_tenant ON events (tenant_id);
        """;
}
