using System.Globalization;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Schemas;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Schema;

/// <summary>Reads the tables of a database from its catalog. Partitions are read as their root.</summary>
internal static class SchemaReader
{
    /// <summary>Condition on <c>c</c> (pg_class) and <c>s</c> (pg_namespace): a table of the user's.</summary>
    private const string Users =
        $"""
        c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition AND c.relpersistence <> 't'
        AND s.nspname NOT IN ('pg_catalog', 'information_schema', '{PostgreSqlNames.Schema}')
        AND s.nspname NOT LIKE 'pg\_%'
        AND NOT EXISTS(SELECT 1 FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid
            AND e.deptype = 'e')
        """;

    private const string From =
        $"FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace WHERE {Users}";

    internal static async Task<IReadOnlyList<TableShape>> Read(
        NpgsqlConnection connection, CancellationToken cancellation)
    {
        var tables = new Dictionary<uint, TableShape>();
        foreach (var row in await Query.Rows(connection, Tables, cancellation).ConfigureAwait(false))
        {
            var table = Table(row);
            tables.Add(table.Oid, table);
        }
        foreach (var row in await Query.Rows(connection, Columns, cancellation).ConfigureAwait(false))
            tables[Oid(row[0])].Columns.Add(Column(row));
        foreach (var row in await Query.Rows(connection, Indexes, cancellation).ConfigureAwait(false))
            tables[Oid(row[0])].Indexes.Add(Index(row));
        foreach (var row in await Query.Rows(connection, ForeignKeys, cancellation).ConfigureAwait(false))
        {
            tables[Oid(row[0])].ForeignKeys.Add(
                new ForeignKey(Names(row[1]), $"{row[2]}.{row[3]}", Names(row[4])));
        }
        return [.. tables.Values];
    }

    private static string Tables =>
        $"""
        SELECT c.oid, s.nspname, c.relname, c.relkind, c.relpersistence, c.relreplident,
          EXISTS(SELECT 1 FROM pg_inherits i JOIN pg_class k ON k.oid = i.inhrelid
            WHERE (i.inhparent = c.oid AND NOT k.relispartition) OR (i.inhrelid = c.oid AND NOT c.relispartition)),
          c.relrowsecurity,
          (SELECT coalesce(sum(CASE WHEN l.reltuples < 0 THEN pg_relation_size(l.oid) / 100 ELSE l.reltuples END), 0)
            FROM pg_class l WHERE l.oid = c.oid AND l.relkind = 'r'
            OR l.oid IN (SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf))::bigint,
          (SELECT coalesce(sum(pg_table_size(l.oid)), 0) FROM pg_class l WHERE l.oid = c.oid AND l.relkind = 'r'
            OR l.oid IN (SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf))::bigint,
          (SELECT min(l.oid::regclass::text) FROM pg_partition_tree(c.oid) t JOIN pg_class l ON l.oid = t.relid
            WHERE c.relkind = 'p' AND t.isleaf AND (l.relkind = 'f' OR l.relpersistence = 'u'))
        {From} ORDER BY s.nspname, c.relname
        """;

    private static string Columns =>
        $"""
        SELECT a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
          CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) ELSE '' END,
          a.attidentity, CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) ELSE '' END,
          l.collname
        FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN (SELECT c.oid {From})
        ORDER BY a.attrelid, a.attnum
        """;

    private static string Indexes =>
        $"""
        SELECT x.indrelid, i.relname, x.indisprimary, x.indisreplident,
          x.indimmediate AND x.indisvalid AND x.indpred IS NULL AND x.indexprs IS NULL,
          (SELECT string_agg(a.attname, E'\n' ORDER BY k.n)
            FROM unnest(x.indkey) WITH ORDINALITY AS k(att, n)
            JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.att WHERE k.n <= x.indnkeyatts)
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        WHERE x.indisunique AND x.indrelid IN (SELECT c.oid {From}) ORDER BY x.indrelid, i.relname
        """;

    private static string ForeignKeys =>
        $"""
        SELECT f.conrelid, (SELECT string_agg(a.attname, E'\n' ORDER BY k.n)
            FROM unnest(f.conkey) WITH ORDINALITY AS k(att, n)
            JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.att),
          ps.nspname, p.relname, (SELECT string_agg(a.attname, E'\n' ORDER BY k.n)
            FROM unnest(f.confkey) WITH ORDINALITY AS k(att, n)
            JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.att)
        FROM pg_constraint f JOIN pg_class p ON p.oid = f.confrelid JOIN pg_namespace ps ON ps.oid = p.relnamespace
        WHERE f.contype = 'f' AND f.conparentid = 0 AND f.conrelid IN (SELECT c.oid {From})
        ORDER BY f.conrelid, f.conname
        """;

    private static TableShape Table(string?[] row) => new()
    {
        Oid = Oid(row[0]),
        Name = $"{row[1]}.{row[2]}",
        Kind = row[3]![0],
        Persistence = row[4]![0],
        ReplicaIdentity = row[5]![0],
        Inherits = row[6] == "t",
        HasRowSecurity = row[7] == "t",
        EstimatedRecords = long.Parse(row[8]!, CultureInfo.InvariantCulture),
        EstimatedBytes = long.Parse(row[9]!, CultureInfo.InvariantCulture),
        StrangePartition = row[10],
    };

    private static ColumnShape Column(string?[] row) => new(
        int.Parse(row[1]!, CultureInfo.InvariantCulture), row[2]!, row[3]!, row[4] == "t", row[5] ?? "",
        row[6] is [var identity, ..] ? identity : ' ', row[7] ?? "", row[8]);

    private static IndexShape Index(string?[] row) =>
        new(row[1]!, row[2] == "t", row[3] == "t", row[4] == "t", row[4] == "t" ? Names(row[5]) : []);

    private static uint Oid(string? text) => uint.Parse(text!, CultureInfo.InvariantCulture);

    private static string[] Names(string? joined) => joined?.Split('\n') ?? [];
}
