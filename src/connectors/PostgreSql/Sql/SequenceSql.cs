using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Sql;

/// <summary>Which sequences belong to streams: those that their columns own, and those their defaults call. When
/// everything is moved, also those that no table knows of: programs ask them by themselves.</summary>
internal static class SequenceSql
{
    internal static string Of(IReadOnlyList<ScopedStream> streams)
    {
        var tables = string.Join(", ", streams.Select(one => $"{Quote.Text(Quote.Table(one.Schema))}::regclass"));
        var everything = streams.All(one => one.Kind == ScopeKind.Everything) ? "true" : "false";
        return $"""
            SELECT DISTINCT n.nspname || '.' || q.relname
            FROM pg_class q JOIN pg_namespace n ON n.oid = q.relnamespace
            JOIN pg_depend d ON (d.classid = 'pg_class'::regclass AND d.objid = q.oid
                AND d.refclassid = 'pg_class'::regclass AND d.refobjid IN ({tables}) AND d.deptype IN ('a', 'i'))
              OR (d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = q.oid
                AND d.objid IN (SELECT oid FROM pg_attrdef WHERE adrelid IN ({tables})))
            WHERE q.relkind = 'S'
            UNION
            SELECT n.nspname || '.' || q.relname
            FROM pg_class q JOIN pg_namespace n ON n.oid = q.relnamespace
            WHERE {everything} AND q.relkind = 'S' AND q.relpersistence <> 't' AND n.nspname NOT LIKE 'pg\_%'
            AND n.nspname NOT IN ('information_schema', '{PostgreSqlNames.Schema}')
            AND NOT EXISTS(SELECT 1 FROM pg_depend d
                WHERE d.classid = 'pg_class'::regclass AND d.objid = q.oid AND d.deptype IN ('a', 'i', 'e')
                OR d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = q.oid)
            ORDER BY 1
            """;
    }
}
