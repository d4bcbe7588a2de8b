using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>What else works with the tables of one side: it is told, and stops nobody.</summary>
internal static class NeighbourCheck
{
    internal static async Task<IReadOnlyList<Problem>> OfSource(
        string shown, NpgsqlConnection connection, IReadOnlyList<ScopedStream> streams,
        CancellationToken cancellation)
    {
        var tables = TableSql.OidsWithPartitions(streams);
        return
        [
            .. await OfPublications(shown, connection, tables, cancellation).ConfigureAwait(false),
            .. await OfSequences(shown, connection, tables, cancellation).ConfigureAwait(false),
            .. await OfConstraints(connection, tables, cancellation).ConfigureAwait(false),
            .. await OfEventTriggers(shown, connection, cancellation).ConfigureAwait(false),
            .. await OfLargeObjects(shown, connection, tables, cancellation).ConfigureAwait(false),
        ];
    }

    internal static async Task<IReadOnlyList<Problem>> OfTarget(
        string shown, NpgsqlConnection connection, IReadOnlyList<ScopedStream> streams,
        CancellationToken cancellation)
    {
        var tables = TableSql.OidsWithPartitions(streams);
        return
        [
            .. await OfTriggers(shown, connection, tables, cancellation).ConfigureAwait(false),
            .. await OfPublications(shown, connection, tables, cancellation).ConfigureAwait(false),
            .. await OfSubscriptions(shown, connection, tables, cancellation).ConfigureAwait(false),
            .. await OfEventTriggers(shown, connection, cancellation).ConfigureAwait(false),
        ];
    }

    private static async Task<IEnumerable<Problem>> OfPublications(
        string shown, NpgsqlConnection connection, string tables, CancellationToken cancellation)
    {
        var rows = await Query.Rows(
            connection,
            $"""
            SELECT p.pubname, p.puballtables FROM pg_publication p
            WHERE p.pubname NOT LIKE '\_godwit\_%' AND (p.puballtables OR EXISTS(
              SELECT 1 FROM pg_publication_tables t JOIN pg_namespace s ON s.nspname = t.schemaname
              JOIN pg_class c ON c.relnamespace = s.oid AND c.relname = t.tablename
              WHERE t.pubname = p.pubname AND c.oid IN ({tables}))) ORDER BY 1
            """,
            cancellation).ConfigureAwait(false);
        return rows.Select(row => CheckProblems.Published(shown, row[0]!, row[1] == "t"));
    }

    private static async Task<IEnumerable<Problem>> OfSubscriptions(
        string shown, NpgsqlConnection connection, string tables, CancellationToken cancellation)
    {
        var rows = await Query.Rows(
            connection,
            $"""
            SELECT s.subname, string_agg(r.srrelid::regclass::text, ', ' ORDER BY r.srrelid::regclass::text)
            FROM pg_subscription_rel r JOIN (SELECT oid, subname, subenabled FROM pg_subscription) AS s
              ON s.oid = r.srsubid
            WHERE s.subenabled AND r.srrelid IN ({tables}) GROUP BY s.subname ORDER BY 1
            """,
            cancellation).ConfigureAwait(false);
        return rows.Select(row => CheckProblems.Subscribed(shown, row[0]!, row[1]!));
    }

    /// <summary>Godwit writes as a replica; these fire nevertheless.</summary>
    private static async Task<IEnumerable<Problem>> OfTriggers(
        string shown, NpgsqlConnection connection, string tables, CancellationToken cancellation)
    {
        var rows = await Query.Rows(
            connection,
            $"""
            SELECT t.tgname, t.tgrelid::regclass::text FROM pg_trigger t
            WHERE t.tgenabled IN ('A', 'R') AND NOT t.tgisinternal AND t.tgrelid IN ({tables}) ORDER BY 2, 1
            """,
            cancellation).ConfigureAwait(false);
        return rows.Select(row => CheckProblems.FiresAlways(shown, row[0]!, row[1]!));
    }

    private static async Task<IEnumerable<Problem>> OfSequences(
        string shown, NpgsqlConnection connection, string tables, CancellationToken cancellation)
    {
        var rows = await Query.Rows(
            connection,
            $"""
            SELECT q.oid::regclass::text,
              string_agg(DISTINCT f.adrelid::regclass::text, ', ') FILTER (WHERE f.adrelid NOT IN ({tables}))
            FROM pg_class q
            JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = q.oid
              AND d.classid = 'pg_attrdef'::regclass
            JOIN pg_attrdef f ON f.oid = d.objid
            WHERE q.relkind = 'S' GROUP BY q.oid HAVING bool_or(f.adrelid IN ({tables}))
            ORDER BY 1
            """,
            cancellation).ConfigureAwait(false);
        return rows.Where(row => row[1] is not null)
            .Select(row => CheckProblems.SharedSequence(shown, row[0]!, row[1]!));
    }

    /// <summary>Rows come in an order of Godwit's own, and these are judged row by row.</summary>
    private static async Task<IEnumerable<Problem>> OfConstraints(
        NpgsqlConnection connection, string tables, CancellationToken cancellation)
    {
        var rows = await Query.Rows(
            connection,
            $"""
            SELECT k.conrelid::regclass::text, k.conname, k.contype FROM pg_constraint k
            WHERE k.conrelid IN ({tables}) AND k.conparentid = 0 AND k.contype = 'x' ORDER BY 1, 2
            """,
            cancellation).ConfigureAwait(false);
        return rows.Select(row => CheckProblems.Excluding(row[0]!, row[1]!));
    }

    private static async Task<IEnumerable<Problem>> OfEventTriggers(
        string shown, NpgsqlConnection connection, CancellationToken cancellation)
    {
        var rows = await Query.Rows(
            connection,
            $"""
            SELECT t.evtname, t.evtevent FROM pg_event_trigger t
            WHERE t.evtenabled <> 'D' AND {BothSides.IsOwn("pg_event_trigger", "t.oid")} ORDER BY 1
            """,
            cancellation).ConfigureAwait(false);
        return rows.Select(row => CheckProblems.EventTrigger(shown, row[0]!, row[1]!));
    }

    private static async Task<IEnumerable<Problem>> OfLargeObjects(
        string shown, NpgsqlConnection connection, string tables, CancellationToken cancellation)
    {
        var count = await Query.Number(connection, "SELECT count(*) FROM pg_largeobject_metadata", cancellation)
            .ConfigureAwait(false) ?? 0;
        if (count == 0)
            return [];
        var columns = await Query.Rows(
            connection,
            $"""
            SELECT a.attrelid::regclass || '.' || quote_ident(a.attname) FROM pg_attribute a
            JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid IN ({tables}) AND a.attnum > 0
            AND NOT a.attisdropped AND 'oid'::regtype IN (t.oid, t.typbasetype) ORDER BY 1
            """,
            cancellation).ConfigureAwait(false);
        return [CheckProblems.LargeObjects(shown, count, [.. columns.Select(row => row[0]!)])];
    }
}
