using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Sql;

/// <summary>Which sequences belong to streams: those that their columns own, and those their defaults call.</summary>
internal static class SequenceSql
{
    internal static string Of(IReadOnlyList<ScopedStream> streams)
    {
        var tables = string.Join(", ", streams.Select(one => $"{Quote.Text(Quote.Table(one.Schema))}::regclass"));
        return $"""
            SELECT DISTINCT n.nspname || '.' || q.relname
            FROM pg_class q JOIN pg_namespace n ON n.oid = q.relnamespace
            JOIN pg_depend d ON (d.classid = 'pg_class'::regclass AND d.objid = q.oid
                AND d.refclassid = 'pg_class'::regclass AND d.refobjid IN ({tables}) AND d.deptype IN ('a', 'i'))
              OR (d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = q.oid
                AND d.objid IN (SELECT oid FROM pg_attrdef WHERE adrelid IN ({tables})))
            WHERE q.relkind = 'S' ORDER BY 1
            """;
    }
}
