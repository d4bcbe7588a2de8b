using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>Compares roles, owners and grants: they are not moved, and an application without them stands before closed
/// doors after the cutover.</summary>
internal static class GrantCheck
{
    internal static async Task<IReadOnlyList<Problem>> Run(BothSides sides, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        var roles = await MissingRoles(sides, cancellation).ConfigureAwait(false);
        if (roles.Count > 0)
            problems.Add(CheckProblems.NoRoles(sides.Target, roles));
        var here = await Grants(sides.From, sides, withOwner: false, cancellation).ConfigureAwait(false);
        var there = await Grants(sides.To, sides, withOwner: true, cancellation).ConfigureAwait(false);
        var user = await Query.One(sides.To, "SELECT current_user", cancellation).ConfigureAwait(false);
        // Whoever makes the tables owns them, and needs no grant. May it be passed on, it may be used as well.
        var missing = here.Where(one => !there.Contains(one) && !there.Contains(one with { Option = true })
            && !(sides.WillBeMade && one.Role == Quote.Name(user!))).ToList();
        if (missing.Count > 0)
            problems.Add(CheckProblems.NoGrants(sides.Target, Statements(missing)));
        var owners = await Owners(sides, user!, cancellation).ConfigureAwait(false);
        if (owners.Count > 0)
            problems.Add(CheckProblems.OtherOwners(sides.Target, owners));
        return problems;
    }

    /// <summary>One statement for all things of a kind on which a role has the same rights.</summary>
    internal static IReadOnlyList<string> Statements(IEnumerable<Grant> missing) =>
    [
        .. missing.GroupBy(one => (one.Kind, one.Thing, one.Role, one.Option))
            .Select(one => (one.Key, Rights: string.Join(
                ", ", one.Select(grant => grant.Right).Order(StringComparer.Ordinal))))
            .GroupBy(one => (one.Key.Kind, one.Key.Role, one.Key.Option, one.Rights))
            .Select(one =>
                $"GRANT {one.Key.Rights} ON {one.Key.Kind} {string.Join(", ", one.Select(each => each.Key.Thing))}"
                + $" TO {one.Key.Role}{(one.Key.Option ? " WITH GRANT OPTION" : "")};"),
    ];

    private static async Task<List<string>> MissingRoles(BothSides sides, CancellationToken cancellation)
    {
        var needed = await Query.Rows(
            sides.From,
            $"""
            WITH RECURSIVE named(oid) AS (
              SELECT relowner FROM pg_class WHERE oid IN ({sides.Tables})
              UNION SELECT a.grantee FROM ({All(sides)}) AS g, aclexplode(g.acl) AS a
                WHERE a.grantee <> 0 AND a.grantee <> g.owner
              UNION SELECT m.member FROM pg_auth_members m JOIN named n ON n.oid = m.roleid)
            SELECT r.rolname, r.rolcanlogin, (SELECT string_agg(g.rolname, E'\n') FROM pg_auth_members m
              JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid AND m.roleid IN (SELECT oid FROM named))
            FROM named n JOIN pg_roles r ON r.oid = n.oid ORDER BY r.rolname
            """,
            cancellation).ConfigureAwait(false);
        var there = (await Query.Rows(sides.To, "SELECT rolname FROM pg_roles", cancellation).ConfigureAwait(false))
            .Select(row => row[0]!).ToHashSet(StringComparer.Ordinal);
        var missing = needed.Where(row => !there.Contains(row[0]!)).ToList();
        return
        [
            .. missing.Select(row => $"CREATE ROLE {Quote.Name(row[0]!)}{(row[1] == "t" ? " LOGIN" : "")};"),
            .. missing.Where(row => row[2] is not null).SelectMany(row => row[2]!.Split('\n').Select(
                group => $"GRANT {Quote.Name(group)} TO {Quote.Name(row[0]!)};")),
        ];
    }

    private static async Task<List<string>> Owners(BothSides sides, string user, CancellationToken cancellation)
    {
        var sql = "SELECT s.nspname || '.' || c.relname, pg_get_userbyid(c.relowner) FROM pg_class c"
            + $" JOIN pg_namespace s ON s.oid = c.relnamespace WHERE c.oid IN ({sides.Tables}) ORDER BY 1";
        var there = (await Query.Rows(sides.To, sql, cancellation).ConfigureAwait(false))
            .ToDictionary(row => row[0]!, row => row[1]!, StringComparer.Ordinal);
        return
        [
            .. (await Query.Rows(sides.From, sql, cancellation).ConfigureAwait(false))
                .Where(row => there.GetValueOrDefault(row[0]!, user) != row[1])
                .Select(row => $"ALTER TABLE {Quote.Table(row[0]!)} OWNER TO {Quote.Name(row[1]!)};"),
        ];
    }

    private static async Task<HashSet<Grant>> Grants(
        NpgsqlConnection connection, BothSides sides, bool withOwner, CancellationToken cancellation)
    {
        var rows = await Query.Rows(
            connection,
            $"""
            SELECT g.kind, g.thing, a.privilege_type || coalesce(' (' || quote_ident(g.part) || ')', ''),
              CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE '"' || replace(pg_get_userbyid(a.grantee), '"', '""') || '"' END,
              a.is_grantable
            FROM ({All(sides)}) AS g, aclexplode(g.acl) AS a
            WHERE {(withOwner ? "true" : "a.grantee <> g.owner")}
            """,
            cancellation).ConfigureAwait(false);
        return [.. rows.Select(row => new Grant(row[0]!, row[1]!, row[2]!, row[3]!, row[4] == "t"))];
    }

    /// <summary>Tables, their columns, their sequences and their schemas, with their lists of grants.</summary>
    private static string All(BothSides sides)
    {
        var tables = sides.Tables;
        var schemas = string.Join(
            ", ", sides.Streams.Select(one => Quote.Text(Quote.Split(one.Schema.Name).Schema)).Distinct());
        return $"""
            SELECT 'TABLE' AS kind, format('%I.%I', s.nspname, c.relname) AS thing, NULL AS part,
              coalesce(c.relacl, acldefault('r', c.relowner)) AS acl,
              c.relowner AS owner
            FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace WHERE c.oid IN ({tables})
            UNION ALL SELECT 'TABLE', format('%I.%I', s.nspname, c.relname), a.attname, a.attacl, c.relowner
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace s ON s.oid = c.relnamespace
            WHERE a.attrelid IN ({tables}) AND NOT a.attisdropped AND a.attacl IS NOT NULL
            UNION ALL SELECT 'SEQUENCE', format('%I.%I', s.nspname, c.relname), NULL,
              coalesce(c.relacl, acldefault('s', c.relowner)), c.relowner
            FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace WHERE c.relkind = 'S' AND EXISTS(
              SELECT 1 FROM pg_depend d WHERE (d.classid = 'pg_class'::regclass AND d.objid = c.oid
                  AND d.refclassid = 'pg_class'::regclass AND d.refobjid IN ({tables}))
                OR (d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.classid = 'pg_attrdef'::regclass
                  AND d.objid IN (SELECT oid FROM pg_attrdef WHERE adrelid IN ({tables}))))
            UNION ALL SELECT 'SCHEMA', quote_ident(s.nspname), NULL,
              coalesce(s.nspacl, acldefault('n', s.nspowner)), s.nspowner FROM pg_namespace s
            WHERE s.nspname IN ({schemas})
            """;
    }
}
