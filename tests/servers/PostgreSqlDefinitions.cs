namespace Godwit.Tests.Servers;

/// <summary>What the catalog says of a database: one line a column, constraint, index, type and so on.</summary>
internal static class PostgreSqlDefinitions
{
    /// <remarks>As text that servers of different versions write in the same way: views without the names of their
    /// tables before columns, which newer ones leave out.</remarks>
    public const string All =
        $"""
        WITH relations AS (
          SELECT c.oid, c.relkind, c.relreplident, c.relpersistence, format('%I.%I', n.nspname, c.relname) AS name
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {Users} AND NOT EXISTS
            (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e'))
        SELECT 'relation', name, concat(relkind, relreplident, relpersistence) FROM relations WHERE relkind <> 'c'
        UNION ALL
        SELECT 'column', name, format('%I %s%s %s %s%s %s', attname, format_type(atttypid, atttypmod),
          CASE WHEN attnotnull THEN ' NOT NULL' END, pg_get_expr(adbin, adrelid), attidentity, attgenerated,
          (SELECT collname FROM pg_collation WHERE oid = attcollation))
        FROM relations r JOIN pg_attribute ON attrelid = oid AND attnum > 0 AND NOT attisdropped AND relkind <> 'i'
          LEFT JOIN pg_attrdef d ON adrelid = r.oid AND adnum = attnum
        UNION ALL
        SELECT 'constraint', name, concat_ws(' ', conname, pg_get_constraintdef(k.oid), convalidated)
        FROM pg_constraint k JOIN relations r ON r.oid = conrelid WHERE contype IN ('p', 'u', 'f', 'c', 'x')
        UNION ALL
        SELECT 'index', name, concat_ws(' ', pg_get_indexdef(indexrelid), indisvalid)
        FROM pg_index JOIN relations r ON r.oid = indexrelid
        UNION ALL
        SELECT 'trigger', name, concat_ws(' ', pg_get_triggerdef(t.oid), tgenabled)
        FROM pg_trigger t JOIN relations r ON r.oid = tgrelid WHERE NOT tgisinternal AND tgname !~ '^_godwit'
        UNION ALL
        SELECT 'view', name, regexp_replace(pg_get_viewdef(oid), '\w+\.', '', 'g')
        FROM relations WHERE relkind IN ('v', 'm')
        UNION ALL
        SELECT 'sequence', format('%I.%I', schemaname, sequencename),
          concat_ws(' ', data_type, start_value, min_value, max_value, increment_by, cycle)
        FROM pg_sequences WHERE schemaname !~ '^_godwit'
        UNION ALL
        SELECT 'function', p.oid::regprocedure::text, md5(pg_get_functiondef(p.oid))
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {Users} AND prokind IN ('f', 'p')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype IN ('e', 'i'))
        UNION ALL
        SELECT 'enum', enumtypid::regtype::text, string_agg(enumlabel, ',' ORDER BY enumsortorder)
        FROM pg_enum GROUP BY enumtypid
        UNION ALL
        SELECT 'domain', t.oid::regtype::text, format_type(typbasetype, typtypmod) || coalesce(typdefault, '')
          || (SELECT coalesce(string_agg(pg_get_constraintdef(oid), ' ' ORDER BY conname), '') FROM pg_constraint
            WHERE contypid = t.oid)
        FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace WHERE typtype = 'd' AND {Users}
        UNION ALL
        SELECT 'extension', extname, extnamespace::regnamespace::text FROM pg_extension WHERE extname <> 'plpgsql'
        UNION ALL
        SELECT 'comment', c.oid::regclass::text, concat_ws(' ', attname, description)
        FROM pg_description JOIN pg_class c ON objoid = c.oid AND classoid = 'pg_class'::regclass
          LEFT JOIN pg_attribute ON attrelid = c.oid AND attnum = objsubid
          JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {Users}
        """;

    private const string Users = "n.nspname !~ '^(pg_|information_schema$|_godwit)'";
}
