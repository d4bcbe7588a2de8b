using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>Orders and their lines of two hundred tenants at the source, and of as many others at the target.</summary>
internal sealed class TenantData(Place place, PostgresServers servers)
{
    internal const int Tenant = 7;
    private const int Tenants = 200;
    private const int OrdersEach = 1000;

    private const string Tables =
        """
        CREATE TABLE orders (id bigint PRIMARY KEY, tenant int NOT NULL, note text NOT NULL, amount int NOT NULL);
        CREATE TABLE lines (id bigint PRIMARY KEY, of bigint NOT NULL REFERENCES orders, what text NOT NULL);
        CREATE INDEX ON orders (tenant); CREATE INDEX ON lines (of);
        CREATE SEQUENCE more START 1000000000;
        """;

    /// <summary>Makes both sides anew.</summary>
    internal void Make()
    {
        servers.Reset();
        PostgresServers.Sql(
            servers.SourcePort, PostgresServers.Database,
            "DROP TABLE IF EXISTS lines, orders; DROP SEQUENCE IF EXISTS more");
        foreach (var (port, first) in new[] { (servers.SourcePort, 1), (servers.TargetPort, Tenants + 1) })
        {
            PostgresServers.Sql(port, PostgresServers.Database, Tables + Rows(first));
            PostgresServers.Sql(port, PostgresServers.Database, "VACUUM (ANALYZE)");
        }
    }

    /// <summary>An order of the source's other tenants is changed.</summary>
    internal string UpdateOrder() => Script("update.sql", $"UPDATE orders SET amount = amount + 1 WHERE id = {Other};");

    /// <summary>One of them gets an order more.</summary>
    internal string InsertOrder() => Script(
        "insert.sql", "INSERT INTO orders VALUES (nextval('more'), :t, 'one more', 1);");

    /// <summary>An order of theirs gets a line more.</summary>
    internal string InsertLine() => Script(
        "line.sql", $"INSERT INTO lines VALUES (nextval('more'), {Other}, 'one more');");

    private static string Other => Invariant($":t * {OrdersEach} + :n");

    private static string Rows(int first) => Invariant(
        $"""
        INSERT INTO orders SELECT t * {OrdersEach} + n, t, 'order ' || n, n
          FROM generate_series({first}, {first + Tenants - 1}) AS t, generate_series(0, {OrdersEach - 1}) AS n;
        INSERT INTO lines SELECT id, id, 'line of ' || id FROM orders;
        """);

    private string Script(string name, string statement)
    {
        var path = place.At(name);
        File.WriteAllText(
            path,
            Invariant(
                $"""
                \set t random({Tenant + 1}, {Tenants})
                \set n random(0, {OrdersEach - 1})
                {statement}

                """));
        return path;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
