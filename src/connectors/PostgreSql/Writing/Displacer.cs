using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Changes;
using Godwit.Core.Schemas;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>Removes records of the scope that hold a unique value of a record that comes.</summary>
/// <remarks>
/// Records are read later than they were touched. So one may come with a value that another record held when the batch
/// ended, and gave up since. At the source only one of them had it when it was read, so the other one was touched after
/// the batch, and comes again with a later one. That holds for indexes which the source has too, and for no others.
/// </remarks>
internal static class Displacer
{
    internal static async Task Clear(NpgsqlConnection connection, ChangeBatch batch, CancellationToken cancellation)
    {
        foreach (var stream in batch.Touched.Select(one => one.Stream).OrderByDescending(one => one.Number))
        {
            var terms = await Query.Rows(connection, Terms(stream.Schema), cancellation).ConfigureAwait(false);
            foreach (var index in terms.GroupBy(row => row[0]!, StringComparer.Ordinal))
            {
                if (stream.Schema.UniqueKeys.Any(one => one.Name == index.Key))
                    await Query.Run(connection, Delete(stream, [.. index]), cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>For each unique index at this side its terms: the expression, the operator that means equal, and the
    /// condition of the index.</summary>
    private static string Terms(StreamSchema schema) =>
        $"""
        SELECT i.relname, pg_get_indexdef(x.indexrelid, n, false),
          'OPERATOR(' || quote_ident(s.nspname) || '.' || o.oprname || ')',
          coalesce(pg_get_expr(x.indpred, x.indrelid), 'true')
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        CROSS JOIN LATERAL generate_series(1, x.indnkeyatts) AS n
        JOIN pg_opclass c ON c.oid = x.indclass[n - 1]
        JOIN pg_amop a ON a.amopfamily = c.opcfamily AND a.amoplefttype = c.opcintype
          AND a.amoprighttype = c.opcintype AND a.amopstrategy = 3
        JOIN pg_operator o ON o.oid = a.amopopr JOIN pg_namespace s ON s.oid = o.oprnamespace
        WHERE x.indrelid = {Quote.Text(Quote.Table(schema))}::regclass AND x.indisunique AND NOT x.indisprimary
        ORDER BY 1, n
        """;

    private static string Delete(ScopedStream stream, List<string?[]> terms)
    {
        var (table, condition) = (Quote.Table(stream.Schema), terms[0][3]);
        string Values(string prefix) => string.Join(", ", terms.Select((row, i) => $"{row[1]} AS {prefix}{i}"));
        var equal = string.Join(" AND ", terms.Select((row, i) => $"h.h{i} {row[2]} c.c{i}"));
        return $"""
            DELETE FROM {table} AS t
            USING (SELECT tableoid AS place, ctid AS spot, {Values("h")} FROM {table} WHERE {condition}) AS h,
              (SELECT {Values("c")} FROM {Staging.Name(stream, "r")} WHERE {condition}) AS c
            WHERE t.tableoid = h.place AND t.ctid = h.spot AND {equal} AND {ScopeSql.OfOursHere(stream, "t")}
            """;
    }
}
