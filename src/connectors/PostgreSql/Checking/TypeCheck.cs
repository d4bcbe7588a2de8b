using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>Compares the definitions of the user's own types that moved columns have, at any depth.</summary>
/// <remarks>A table's definition names its types only: an enum without a label refuses a row in the middle of the
/// copy.</remarks>
internal static class TypeCheck
{
    private const string Definition =
        """
        CASE t.typtype
          WHEN 'e' THEN (SELECT string_agg(e.enumlabel, E'\n' ORDER BY e.enumsortorder)
            FROM pg_enum e WHERE e.enumtypid = t.oid)
          WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
            || coalesce((SELECT string_agg(' ' || pg_get_constraintdef(k.oid), '' ORDER BY k.conname)
              FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'), '')
          WHEN 'c' THEN (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', '
              ORDER BY a.attnum)
            FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
          ELSE (SELECT format_type(r.rngsubtype, NULL) FROM pg_range r WHERE r.rngtypid = t.oid)
        END
        """;

    internal static async Task<IEnumerable<Problem>> Run(BothSides sides, CancellationToken cancellation)
    {
        var here = await Query.Rows(sides.From, Used(sides.Tables), cancellation).ConfigureAwait(false);
        if (here.Count == 0 || sides.WillBeMade)
            return [];
        var there = (await Query.Rows(sides.To, Named(here.Select(row => row[0]!)), cancellation)
            .ConfigureAwait(false)).ToDictionary(row => row[0]!, row => (Kind: row[1], Text: row[2] ?? ""));
        return here.Select(row => Compare(sides, row, there)).OfType<Problem>();
    }

    private static Problem? Compare(
        BothSides sides, string?[] row, Dictionary<string, (string? Kind, string Text)> there)
    {
        var (name, kind, source) = (row[0]!, row[1], row[2] ?? "");
        if (!there.TryGetValue(name, out var other) || other.Kind != kind)
            return CheckProblems.NoType(sides.Target, name);
        if (other.Text == source)
            return null;
        if (kind != "e")
            return CheckProblems.TypeDiffers(sides.Target, name, source, other.Text);
        var (labels, others) = (source.Split('\n'), other.Text.Split('\n'));
        var missing = labels.Except(others, StringComparer.Ordinal).ToArray();
        return missing.Length > 0
            ? CheckProblems.NoLabels(sides.Target, name, missing)
            : CheckProblems.OtherLabels(sides.Target, name, labels, others);
    }

    /// <summary>Types of the moved columns and what those are made of; own ones only.</summary>
    private static string Used(string tables) =>
        $"""
        WITH RECURSIVE used(oid) AS (
          SELECT a.atttypid FROM pg_attribute a
          WHERE a.attrelid IN ({tables}) AND a.attnum > 0 AND NOT a.attisdropped
          UNION SELECT n.oid FROM used u JOIN pg_type t ON t.oid = u.oid CROSS JOIN LATERAL (
            SELECT t.typelem UNION ALL SELECT t.typbasetype
            UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)
            UNION ALL SELECT r.rngtypid FROM pg_range r WHERE t.oid = r.rngmultitypid
            UNION ALL SELECT b.atttypid FROM pg_attribute b
              WHERE b.attrelid = t.typrelid AND t.typrelid <> 0 AND b.attnum > 0 AND NOT b.attisdropped) AS n(oid)
          WHERE n.oid <> 0)
        {Select} AND t.oid IN (SELECT oid FROM used)
        """;

    private static string Named(IEnumerable<string> names) =>
        $"{Select} AND s.nspname || '.' || t.typname IN ({string.Join(", ", names.Select(Quote.Text))})";

    private static string Select =>
        $"""
        SELECT s.nspname || '.' || t.typname, t.typtype, {Definition}
        FROM pg_type t JOIN pg_namespace s ON s.oid = t.typnamespace
        WHERE t.typtype IN ('e', 'd', 'c', 'r') AND {BothSides.UsersSchema} AND {BothSides.IsOwn("pg_type", "t.oid")}
        """;
}
