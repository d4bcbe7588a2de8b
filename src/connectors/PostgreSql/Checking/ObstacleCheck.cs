using Godwit.Connectors.PostgreSql.Schema;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>What keeps the schema from being made at a target that has none of the tables.</summary>
internal static class ObstacleCheck
{
    /// <summary>Schemas, types and functions of the user's, as people name them.</summary>
    private static string Things =>
        $"""
        SELECT 'schema ' || s.nspname FROM pg_namespace s
        WHERE {BothSides.UsersSchema} AND s.nspname <> 'public' AND {BothSides.IsOwn("pg_namespace", "s.oid")}
        UNION ALL SELECT 'type ' || s.nspname || '.' || t.typname
        FROM pg_type t JOIN pg_namespace s ON s.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE {BothSides.UsersSchema} AND {BothSides.IsOwn("pg_type", "t.oid")}
          AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c')
        UNION ALL SELECT 'function ' || s.nspname || '.' || p.proname || '(' || oidvectortypes(p.proargtypes) || ')'
        FROM pg_proc p JOIN pg_namespace s ON s.oid = p.pronamespace
        WHERE {BothSides.UsersSchema} AND {BothSides.IsOwn("pg_proc", "p.oid")}
        UNION ALL SELECT 'relation ' || s.nspname || '.' || c.relname
        FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
        WHERE {BothSides.UsersSchema} AND {BothSides.IsOwn("pg_class", "c.oid")}
        """;

    /// <summary>Of the source's relations those that come with the schema: tables only when they are moved, and then
    /// none of them is there.</summary>
    private static string Made(string moved) =>
        $"""
        {Things} AND c.relkind IN ('v', 'm', 'S') AND NOT EXISTS(SELECT 1 FROM pg_depend d
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
          AND c.relkind = 'S' AND d.deptype IN ('a', 'i') AND d.refobjid NOT IN ({moved}))
        """;

    /// <summary>Views, and foreign keys of moved tables, with a table that is not moved.</summary>
    private static string Dangling(string moved) =>
        $"""
        SELECT DISTINCT 'view ' || r.ev_class::regclass, s.nspname || '.' || t.relname
        FROM pg_rewrite r JOIN pg_class v ON v.oid = r.ev_class AND v.relkind IN ('v', 'm')
        JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
          AND d.refclassid = 'pg_class'::regclass
        JOIN pg_class t ON t.oid = d.refobjid AND t.relkind IN ('r', 'p', 'f')
        JOIN pg_namespace s ON s.oid = t.relnamespace
        WHERE {BothSides.UsersSchema} AND {BothSides.IsOwn("pg_class", "t.oid")}
          AND {BothSides.IsOwn("pg_class", "v.oid")} AND t.oid NOT IN ({moved})
        UNION SELECT format('foreign key %s of %s', k.conname, k.conrelid::regclass), s.nspname || '.' || t.relname
        FROM pg_constraint k JOIN pg_class t ON t.oid = k.confrelid JOIN pg_namespace s ON s.oid = t.relnamespace
        WHERE k.contype = 'f' AND k.conparentid = 0 AND k.conrelid IN ({moved}) AND k.confrelid NOT IN ({moved})
        ORDER BY 1, 2
        """;

    internal static async Task<List<Problem>> Run(
        BothSides sides, PostgreSqlStore store, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        var moved = TableSql.OidsWithPartitions(sides.Streams);
        var there = (await Query.Rows(sides.To, Things, cancellation).ConfigureAwait(false))
            .Select(row => row[0]!).ToHashSet(StringComparer.Ordinal);
        var twice = (await Query.Rows(sides.From, Made(moved), cancellation).ConfigureAwait(false))
            .Select(row => row[0]!).Where(there.Contains).Order(StringComparer.Ordinal).ToList();
        if (twice.Count > 0)
            problems.Add(CheckProblems.InTheWay(sides.Target, twice));
        problems.AddRange((await Query.Rows(sides.From, Dangling(moved), cancellation).ConfigureAwait(false))
            .Where(row => !there.Contains("relation " + row[1]))
            .Select(row => CheckProblems.Dangling(sides.Target, row[0]!, row[1]!)));
        problems.AddRange(await OfExtensions(sides, cancellation).ConfigureAwait(false));
        problems.AddRange(await OfEventTriggers(sides, cancellation).ConfigureAwait(false));
        problems.AddRange(await OfPrograms(sides, store, cancellation).ConfigureAwait(false));
        if (await Query.One(
            sides.To, "SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = 'public'",
            cancellation).ConfigureAwait(false) == "f")
        {
            problems.Add(PostgreSqlProblems.MissingRight(
                sides.Target, "make tables in the schema public",
                $"GRANT CREATE ON SCHEMA public TO {await User(sides, cancellation).ConfigureAwait(false)};"));
        }
        if (sides.ToServer.Major < sides.FromServer.Major)
            problems.Add(CheckProblems.OlderTarget(sides.Target, sides.FromServer.Major, sides.ToServer.Major));
        return problems;
    }

    private static async Task<List<Problem>> OfExtensions(BothSides sides, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        var rows = await Query.Rows(
            sides.To,
            """
            SELECT a.name, bool_or(a.installed), bool_or(NOT a.superuser OR (a.trusted
                AND has_database_privilege(current_database(), 'CREATE'))
                OR current_setting('is_superuser')::boolean),
              (SELECT e.extversion FROM pg_extension e WHERE e.extname = a.name),
              (SELECT v.default_version FROM pg_available_extensions v WHERE v.name = a.name)
            FROM pg_available_extension_versions a GROUP BY a.name
            """,
            cancellation).ConfigureAwait(false);
        var there = rows.ToDictionary(row => row[0]!, StringComparer.Ordinal);
        var used = await Query.Rows(sides.From, "SELECT extname, extversion FROM pg_extension", cancellation)
            .ConfigureAwait(false);
        foreach (var (name, version) in used.Select(row => (row[0]!, row[1]!)))
        {
            if (!there.TryGetValue(name, out var row))
                problems.Add(PostgreSqlProblems.NoExtension(sides.Target, name));
            else if (row[1] != "t" && row[2] != "t")
                problems.Add(CheckProblems.ExtensionNeedsSuperuser(sides.Target, name));
            else if ((row[3] ?? row[4]) != version)
                problems.Add(CheckProblems.OtherExtension(sides.Target, name, version, row[3] ?? row[4] ?? ""));
        }
        return problems;
    }

    /// <summary>They come with the schema, and only a superuser may make them.</summary>
    private static async Task<IEnumerable<Problem>> OfEventTriggers(BothSides sides, CancellationToken cancellation)
    {
        var isSuperuser = await Query.One(sides.To, "SELECT current_setting('is_superuser')", cancellation)
            .ConfigureAwait(false) == "on";
        if (isSuperuser)
            return [];
        var names = await Query.Rows(
            sides.From,
            $"SELECT t.evtname FROM pg_event_trigger t WHERE {BothSides.IsOwn("pg_event_trigger", "t.oid")} ORDER BY 1",
            cancellation).ConfigureAwait(false);
        return names.Select(row => CheckProblems.EventTriggerNeedsSuperuser(sides.Target, row[0]!));
    }

    private static async Task<List<Problem>> OfPrograms(
        BothSides sides, PostgreSqlStore store, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        foreach (var program in (string[])["pg_dump", "psql"])
        {
            var version = await new ClientProgram(store, program).Major(cancellation).ConfigureAwait(false);
            if (version is null)
                problems.Add(PostgreSqlProblems.NoProgram(program, "It is not installed here"));
            else if (program == "pg_dump" && version < sides.FromServer.Major)
                problems.Add(PostgreSqlProblems.NoProgram(program, CheckProblems.TooOldProgram(version.Value, sides)));
        }
        return problems;
    }

    private static async Task<string> User(BothSides sides, CancellationToken cancellation) =>
        await Query.One(sides.To, "SELECT quote_ident(current_user)", cancellation).ConfigureAwait(false) ?? "";
}
