using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>Three tables as people have them: many small rows, wide ones with documents, binary ones.</summary>
internal static class PostgresData
{
    internal static readonly string[] Tables = ["small", "wide", "bodies"];

    /// <param name="rows">Of the table with small rows; the others have two fifths of them.</param>
    internal static void Make(PostgresServers servers, int rows)
    {
        foreach (var statement in Statements(rows, rows * 2 / 5))
            PostgresServers.Sql(servers.SourcePort, PostgresServers.Database, statement);
    }

    /// <summary>Tables that are not at the target as they are at the source.</summary>
    internal static long CountWrong(PostgresServers servers, IEnumerable<string> tables) =>
        tables.LongCount(table =>
        {
            var query = $"SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {table} AS t";
            return PostgresServers.Ask(servers.SourcePort, query) != PostgresServers.Ask(servers.TargetPort, query);
        });

    private static IEnumerable<string> Statements(int small, int others)
    {
        string Series(int rows) => string.Create(CultureInfo.InvariantCulture, $"generate_series(1, {rows}) AS i");
        yield return
            """
            CREATE TABLE small (id bigint PRIMARY KEY, a int NOT NULL, b int NOT NULL, c text NOT NULL);
            CREATE TABLE wide (id bigint PRIMARY KEY, tenant int NOT NULL, at timestamptz NOT NULL,
              name text NOT NULL, doc jsonb NOT NULL, amount numeric(12, 2));
            CREATE TABLE bodies (id bigint PRIMARY KEY, kind int NOT NULL, body bytea NOT NULL);
            """;
        yield return
            $"INSERT INTO small SELECT i, i % 1000, i::bigint * 7919 % 100000, 'row ' || i FROM {Series(small)}";
        yield return
            $"""
            INSERT INTO wide SELECT i, i % 200, timestamptz '2024-01-01' + i * interval '1 s', 'name of ' || i,
              jsonb_build_object('k', i, 'tags', jsonb_build_array('a', 'b', i % 10),
                'text', repeat('x', 100 + i % 100)), i / 3.0 FROM {Series(others)}
            """;
        yield return
            $"INSERT INTO bodies SELECT i, i % 7, decode(repeat(md5(i::text), 12), 'hex') FROM {Series(others)}";
        yield return
            """
            CREATE INDEX ON small (a); CREATE INDEX ON wide (tenant); CREATE INDEX ON wide (at);
            CREATE INDEX ON bodies (kind);
            """;
        yield return "VACUUM (ANALYZE)";
    }
}
