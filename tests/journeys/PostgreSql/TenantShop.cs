using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>A shop of many tenants in one database: what journeys move.</summary>
/// <remarks>
/// It has what makes a move hard: a child table without the tenant's column, texts that are stored apart, composite
/// keys, identities that are always generated, generated columns, an enum, cascades, and a trigger whose work would be
/// done twice if it fired where changes are applied.
/// </remarks>
internal static class TenantShop
{
    public const string Schema =
        """
        CREATE TYPE order_state AS ENUM ('new', 'paid', 'sent');
        CREATE TABLE plans(code text PRIMARY KEY, cents int NOT NULL, features jsonb);
        INSERT INTO plans VALUES ('free', 0, '{"seats": 1}'), ('pro', 2900, '{"seats": 10, "sso": true}'),
          ('größer', 99900, NULL);
        CREATE TABLE tenants(tenant_id int PRIMARY KEY, name text NOT NULL, plan text NOT NULL REFERENCES plans);
        CREATE TABLE customers(
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants,
          email text NOT NULL, balance numeric(12, 2) NOT NULL DEFAULT 0, orders int NOT NULL DEFAULT 0,
          since date, UNIQUE (tenant_id, email));
        CREATE TABLE orders(
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants,
          customer_id bigint NOT NULL REFERENCES customers ON DELETE CASCADE, code uuid NOT NULL UNIQUE,
          state order_state NOT NULL DEFAULT 'new', placed timestamptz NOT NULL, total numeric(14, 4));
        CREATE INDEX orders_of_customer ON orders(customer_id);
        CREATE INDEX orders_of_tenant ON orders(tenant_id, placed);
        CREATE TABLE order_lines(
          order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE ON UPDATE CASCADE, no int NOT NULL,
          product text NOT NULL, quantity int NOT NULL CHECK (quantity > 0), price double precision,
          PRIMARY KEY (order_id, no));
        CREATE TABLE documents(
          id uuid PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, title text NOT NULL,
          title_length int GENERATED ALWAYS AS (length(title)) STORED, body text,
          attributes jsonb, changed timestamp NOT NULL);
        CREATE INDEX documents_of_tenant ON documents(tenant_id);
        CREATE TABLE stock(
          tenant_id int NOT NULL REFERENCES tenants, sku text NOT NULL, place int NOT NULL, amount int,
          tags text[], PRIMARY KEY (tenant_id, sku, place));
        CREATE TABLE counters(
          tenant_id int NOT NULL REFERENCES tenants, name text NOT NULL, value bigint NOT NULL,
          PRIMARY KEY (tenant_id, name));
        CREATE FUNCTION count_orders() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            IF TG_OP = 'INSERT' THEN UPDATE customers SET orders = orders + 1 WHERE id = NEW.customer_id;
            ELSE UPDATE customers SET orders = orders - 1 WHERE id = OLD.customer_id; END IF;
            RETURN NULL;
          END $$;
        CREATE TRIGGER orders_are_counted AFTER INSERT OR DELETE ON orders
          FOR EACH ROW EXECUTE FUNCTION count_orders();
        """;

    /// <summary>Makes the schema and the tenants' rows.</summary>
    /// <param name="shard">Numbers of different shards differ, as in any system whose tenants move.</param>
    public static async Task Build(PostgreSqlDatabase database, int shard, int first, int last, ShopSize size)
    {
        await database.Run(Schema);
        await database.Run(
            $"""
            BEGIN;
            ALTER TABLE customers ALTER COLUMN id RESTART WITH {shard}000000000;
            ALTER TABLE orders ALTER COLUMN id RESTART WITH {shard}000000000;
            INSERT INTO tenants SELECT t, 'Tenant ' || t, (ARRAY['free', 'pro', 'größer'])[t % 3 + 1]
              FROM generate_series({first}, {last}) t;
            INSERT INTO customers(tenant_id, email, balance, since)
              SELECT tenant_id, 'c' || n || '@example.org', (n * 37 % 1000) / 8.0, date '2020-01-01' + n
              FROM tenants, generate_series(1, {size.Customers}) n ORDER BY n, tenant_id;
            INSERT INTO orders(tenant_id, customer_id, code, state, placed, total)
              SELECT tenant_id, id, md5('order ' || id || ' ' || n)::uuid,
                (ARRAY['new', 'paid', 'sent'])[n % 3 + 1]::order_state,
                timestamptz '2024-02-29 12:00:00.123456+00' + n * interval '1 minute', n * 1.5
              FROM customers, generate_series(1, {size.OrdersEach}) n;
            INSERT INTO order_lines SELECT id, no, 'product ' || no, no + 1, no / 3.0::float8
              FROM orders, generate_series(1, {size.LinesEach}) no;
            INSERT INTO documents(id, tenant_id, title, body, attributes, changed)
              SELECT md5('document ' || tenant_id || ' ' || n)::uuid, tenant_id, 'Document ' || n,
                (SELECT string_agg(md5(tenant_id || ' ' || n || ' ' || part), '')
                  FROM generate_series(1, n % 7 * {size.TextStep}) part),
                jsonb_build_object('n', n, 'tags', ARRAY['a', 'ü']), timestamp '2024-01-01' + n * interval '1 second'
              FROM tenants, generate_series(1, {size.Documents}) n;
            INSERT INTO stock SELECT tenant_id, 'sku-' || n, 1, n, ARRAY['x', NULL, 'a,b"c']
              FROM tenants, generate_series(1, {size.Stock}) n;
            INSERT INTO counters SELECT tenant_id, what, 0 FROM tenants, unnest(ARRAY['visits', 'sales', 'hits']) what;
            COMMIT;
            ANALYZE;
            """);
    }
}
